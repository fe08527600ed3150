"""Imported once by the server of all forks (``tests.forking``): what the commands need, loaded already."""

import pkgutil
from importlib import import_module

from bot import cli
from bot.conversation.understanding import LanguageDetector
from config.settings import load
from knowledge.embedding import default_embedder

for module in pkgutil.iter_modules(cli.__path__):
    import_module(f"{cli.__name__}.{module.name}")
import_module("pytest")  # what this run was started with, each fork imports anew
default_embedder()
LanguageDetector(load(None).conversation.languages).load()
