"""What the small model of moods is taught with and measured on; see ``docs/mood.md`` for the licences.

Taught with: GoEmotions, Bitext and HINT3 rows of the dev pack ``frustration``, the labelled examples of
``faq-intents`` (Banking77, CLINC150, Bitext, HINT3) as neutral questions, and lines of the project's own
(``mood_seeds.tsv``). Tweets (umsab), dialogues (uss) and the two Spanish bots are only measured on.
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

from bot.vocabulary.mood import Said
from handoff.mood.folding import fold

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SEEDS = Path(__file__).with_name("mood_seeds.tsv")
WORDS = Path(__file__).with_name("mood_words.tsv")
TAUGHT = ("goemotions", "bitext", "hint3")
PARTS = 5
"""Labelled rows are parted by a checksum of their text, to be measured by a model without them."""
KEPT_OUT = 0
"""The part of the seeds that the shipped model never sees."""

_GRADES = (0.0, 0.3, 0.85, 1.0)
"""How likely a grade of 0..3 makes a feeling."""
_WEIGHTS = {"clinc150": 0.15, "banking77": 0.5, "bitext27": 0.3, "hint3": 1.5}
_SEED_WEIGHT = 2.0
_STRONG = re.compile(
    r"\b(?:bloody|goddamn\w*|damn\w*|fuck\w*|freaking|shit\w*|hell|bitch\w*|ass\w*|wtf|stupid|crap|"
    r"ridiculous|unacceptable|unhappy|unsatisfied|disappoint\w*|angry|frustrat\w*|annoy\w*|worst|"
    r"horrible|terrible|awful|pathetic|thanks?|thank)\b",
    re.IGNORECASE,
)
_NO_NEUTRAL_INTENTS = re.compile(
    "complaint|contact_human_agent|contact_customer_service|CHAT_WITH_AN?_AGENT|CHAT_WITH_AGENT|CRITICISM|"
    "THANKS|APPRECIATION|FAKE_TEAMS|FEEDBACK|DELAY_IN_PARCEL|DELAY_IN_DELIVERY|LESS_WINNINGS_AMOUNT|"
    "terminate_account|unable_to_verify_identity|thank_you|goodbye|yes|no|maybe|greeting|cancel"
)
_MAY_BE_URGENT = re.compile(
    r"urgent|asap|right away|immediat|right now|hurry|emerg|quick|soon|fast"
)
_MAY_BE_LEAVING = re.compile(r"cancel|delete|clos|terminat|unsubscrib|switch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A text, and how likely each feeling is (None: nobody said); the order is that of ``Mood``."""

    group: str
    text: str
    likely: tuple[float | None, ...]
    weight: float = 1.0

    @property
    def part(self) -> int:
        return crc32(self.text.encode()) % PARTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A customer's message with what was said before it."""

    group: str
    text: str
    context: tuple[Said, ...]
    is_negative: bool


def rows(name: str) -> Iterator[dict[str, Any]]:
    with (DATA / name).open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def read_emotions() -> Iterator[Labelled]:
    """Read the rows of ``frustration`` whose licence lets them teach."""
    for row in rows("frustration/texts.jsonl"):
        if row["source"].startswith(TAUGHT):
            label = row["label"]
            angry, frustrated = float(label == "angry"), float(label == "frustrated")
            likely = (
                angry,
                None if angry else frustrated,
                None,
                float(label == "satisfied"),
                None,
                float(row["negative"]),
            )
            yield Labelled(group=row["source"], text=row["text"], likely=likely)


def read_neutral() -> Iterator[Labelled]:
    """Read ordinary questions of four bots, without those that may show a feeling."""
    for row in rows("faq-intents/index.jsonl"):
        bot = row["dataset"].partition("-")[0]
        intent = row["intent"] or ""
        shows_feeling = _NO_NEUTRAL_INTENTS.fullmatch(intent) or _STRONG.search(row["text"])
        if bot in _WEIGHTS and not shows_feeling:
            folded = fold(row["text"])
            urgent = None if _MAY_BE_URGENT.search(folded) else 0.0
            leaving = None if _MAY_BE_LEAVING.search(folded) else 0.0
            likely = (0.0, 0.0, urgent, 0.0, leaving, 0.0)
            yield Labelled(
                group=f"neutral {bot}", text=row["text"], likely=likely, weight=_WEIGHTS[bot]
            )


def read_seeds() -> Iterator[Labelled]:
    """Read the project's own lines."""
    for row in _table(SEEDS):
        anger, frustration, urgency, satisfaction, leaving = (
            _GRADES[int(row[name])]
            for name in ("anger", "frustration", "urgency", "satisfaction", "leaving")
        )
        worst = max(anger, frustration)
        negative = 0.4 if leaving > worst else worst
        yield Labelled(
            group=f"seeds-{row['language']}",
            text=row["text"],
            likely=(anger, frustration, urgency, satisfaction, leaving, negative),
            weight=_SEED_WEIGHT,
        )


def read_words() -> Mapping[str, float]:
    """Read how good or bad words are by the project's own judgement; stems end in ``*``."""
    return {row["word"]: float(row["valence"]) for row in _table(WORDS)}


def read_turns(source: str) -> Iterator[Turn]:
    """Read the rows of ``frustration`` of a source, with their context."""
    for row in rows("frustration/texts.jsonl"):
        name = f"{row['source']}-{row['lang']}" if row["source"] == "umsab" else row["source"]
        if name.startswith(source):
            context = tuple(
                Said(text=line.partition(": ")[2], by_customer=line.startswith("user"))
                for line in row["context"]
            )
            yield Turn(group=name, text=row["text"], context=context, is_negative=row["negative"])


def _table(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        content = (line for line in lines if not line.startswith("# "))
        yield from csv.DictReader(content, delimiter="\t", quoting=csv.QUOTE_NONE)
