"""``make bench``: runs the benchmarks that are named, or all of them.

python -m benchmarks [engine_load platform_echo footprint whole_turn knowledge …]

Others run only when they are named: ``doctor`` and ``contract_cases`` measure nothing, ``fit_confidence``,
``authorisation``, ``desk_races``, ``erase``, ``poisoning``, ``steering``, ``rollout`` and ``isolation_turns`` take
some minutes, ``distil_words``, ``near_words`` and ``train_mood`` write tables that are shipped.
"""

import argparse
import runpy
import sys

ALL = (
    "footprint",
    "whole_turn",
    "model_overhead",
    "engine_load",
    "platform_echo",
    "merchant",
    "sample_questions",
    "knowledge",
    "intents",
    "scale",
    "stores",
    "word_vectors",
    "language",
    "wishes",
    "mood",
    "escalation",
    "concerns",
    "masking",
    "claims",
    "facts",
    "hostile",
    "gaps",
    "gestures",
    "handover",
    "setup",
    "likeness",
    "topics",
    "replay",
    "isolation",
    "memory",
    "memory_bytes",
)

if __name__ == "__main__":
    options = "The options of one: python -m benchmarks.NAME --help"
    parser = argparse.ArgumentParser(prog="python -m benchmarks", epilog=options)
    parser.add_argument("name", nargs="*", help="these; without any, those that take no long time")
    names = parser.parse_args().name or ALL
    sys.argv = sys.argv[:1]
    for name in names:
        print(f"\n=== {name} ===", flush=True)
        runpy.run_module(f"benchmarks.{name}", run_name="__main__")
