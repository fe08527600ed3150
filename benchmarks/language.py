"""How often the language of a short support message is told, by three detectors.

    python benchmarks/language.py [--data ../shared/data] [--errors]

Compared are Relevo's ``LanguageDetector``, bare py3langid restricted to the same six languages and,
when it can be imported (it is no dependency), lingua. The texts are ``language_snippets.tsv``,
written for this project, and labelled messages of others in English and Spanish.
"""

import argparse
import importlib
import importlib.util
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.conversation.understanding import LanguageDetector

LANGUAGES = ("en", "es", "fr", "de", "it", "pt")
SNIPPETS = Path(__file__).parent / "language_snippets.tsv"
DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
NO_LANGUAGE = "-"

Row = tuple[str, str]
Detect = Callable[[str], str | None]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--errors", action="store_true", help="print the snippets told wrongly")
    arguments = parser.parse_args()
    detector = LanguageDetector(LANGUAGES)
    detector.load()
    detectors = all_detectors(detector)
    snippets = list(read_snippets())
    for name, rows in text_sets(snippets, arguments.data).items():
        report(name, rows, detectors)
    report_conversations(snippets, detector)
    if arguments.errors:
        for name, detect in detectors.items():
            wrong = [(text, language, detect(text)) for language, text in told(snippets)]
            print(name, [row for row in wrong if row[1] != row[2]])


def all_detectors(detector: LanguageDetector) -> dict[str, Detect]:
    detectors: dict[str, Detect] = {
        "Relevo": lambda text: detector.detect(text, previous=None, locale=None),
        "py3langid": py3langid_alone(),
    }
    if importlib.util.find_spec("lingua") is None:
        print("lingua is not installed here: it is left out")
    else:
        detectors["lingua"] = lingua_alone()
    return detectors


def py3langid_alone() -> Detect:
    module: Any = importlib.import_module("py3langid.langid")
    identifier = module.LanguageIdentifier.from_model_file(module.MODEL_FILE)
    identifier.set_languages(LANGUAGES)
    return lambda text: identifier.classify(text)[0]


def lingua_alone() -> Detect:
    module: Any = importlib.import_module("lingua")
    codes = [getattr(module.IsoCode639_1, language.upper()) for language in LANGUAGES]
    builder = module.LanguageDetectorBuilder.from_iso_codes_639_1(*codes)
    detector = builder.with_preloaded_language_models().build()

    def detect(text: str) -> str | None:
        language = detector.detect_language_of(text)
        return language.iso_code_639_1.name.lower() if language else None

    return detect


def text_sets(snippets: Sequence[Row], data: Path) -> dict[str, list[Row]]:
    rows = told(snippets)
    sets = {
        "own snippets": rows,
        "own snippets, 1-2 words": [row for row in rows if len(row[1].split()) <= 2],
        "own snippets, 3-5 words": [row for row in rows if 3 <= len(row[1].split()) <= 5],
    }
    if not data.is_dir():
        print(f"labelled messages are left out: there is no data in {data}")
        return sets
    return sets | read_messages(data)


def read_messages(data: Path) -> dict[str, list[Row]]:
    intents = [(row["lang"], row["text"]) for row in _rows(data / "faq-intents/queries.jsonl")]
    questions = list(_rows(data / "support-qa-es/questions.jsonl"))
    tweets = [
        (row["lang"], row["text"])
        for row in _rows(data / "frustration/texts.jsonl")
        if row["source"] == "umsab"
    ]
    return {
        "faq-intents, up to 5 words": [row for row in intents if len(row[1].split()) <= 5],
        "faq-intents, longer": [row for row in intents if len(row[1].split()) > 5],
        "support-qa-es": [("es", row["question"]) for row in questions]
        + [("en", row["question_en"]) for row in questions],
        "tweets": tweets,
    }


def report(name: str, rows: Sequence[Row], detectors: Mapping[str, Detect]) -> None:
    languages = sorted({language for language, _ in rows})
    print(f"{name}: {len(rows)} texts")
    for detector, detect in detectors.items():
        started = time.process_time()
        right = [(language, detect(text) == language) for language, text in rows]
        each = (time.process_time() - started) / len(rows)
        shares = {
            language: _share([hit for other, hit in right if other == language])
            for language in languages
        }
        by_language = " ".join(f"{language} {share:.3f}" for language, share in shares.items())
        print(
            f"  {detector:10} {_share([hit for _, hit in right]):.3f}  ({by_language})"
            f"  {each * 1e6:.0f} µs"
        )


def report_conversations(snippets: Sequence[Row], detector: LanguageDetector) -> None:
    """Tell how steady a conversation is, and whether a real change of language is followed."""

    def heard(text: str, previous: str) -> str:
        return detector.detect(text, previous=previous, locale=None)

    rows = told(snippets)
    kept = [heard(text, language) == language for language, text in rows]
    changed = [
        heard(text, previous) == language
        for language, text in rows
        for previous in LANGUAGES
        if previous != language and len(text.split()) >= 4
    ]
    silent = [
        heard(text, previous) == previous
        for language, text in snippets
        for previous in LANGUAGES
        if language == NO_LANGUAGE
    ]
    print("within a conversation (Relevo)")
    print(f"  same language kept            {_share(kept):.3f} of {len(kept)}")
    print(f"  change followed (4+ words)    {_share(changed):.3f} of {len(changed)}")
    print(f"  texts without language kept   {_share(silent):.3f} of {len(silent)}")


def told(snippets: Sequence[Row]) -> list[Row]:
    return [row for row in snippets if row[0] != NO_LANGUAGE]


def read_snippets() -> Iterator[Row]:
    for line in SNIPPETS.read_text(encoding="utf-8").splitlines():
        language, text = line.split("\t")
        yield language, text


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / max(len(hits), 1)


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


if __name__ == "__main__":
    main()
