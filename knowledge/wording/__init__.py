"""Texts in other words: shorter, warmer, in another language; whatever they say stays as it was.

- ``model``: a language model rewrites and translates
- ``service``: a translation server of one's own
- ``kept``: whether facts and links are the same before and after
- ``prompts``: what a model is asked
"""

from knowledge.wording.model import ModelWording
from knowledge.wording.service import ServiceOptions, TranslationService

__all__ = ["ModelWording", "ServiceOptions", "TranslationService"]
