"""An answer that grows claim by claim: only what its sources say gets in."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from bot.vocabulary.knowledge import Answer, Confidence, Source
from knowledge.answering.evidence import Evidence, Passage
from knowledge.guards.masking import has_placeholder
from knowledge.guards.support import language_of
from knowledge.language.sentences import split_sentences
from knowledge.language.words import fold, plain_text, words
from knowledge.model import metrics
from knowledge.model.confidence import Written, in_another_language, judge_written
from knowledge.model.reply import Claim

_ITEM = re.compile(r"^\s*(?:[-*]|\d+[.)])\s+")
_MOST_REASONS = 3

Support = Callable[[str, Sequence[str], str], str | None]
"""Says why a claim (first) is not supported by texts, in a language; None when it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a claim goes through: placeholders filled, support checked, made safe to show.

    ``without_own`` leaves out what ``restore`` fills in, for no document knows the customer's data.
    """

    restore: Callable[[str], str]
    without_own: Callable[[str], str]
    support: Support
    make_safe: Callable[[str], str]


@dataclass(slots=True)
class Writing:
    """The answer of one model to one question, as far as it has been written."""

    evidence: Evidence
    passages: Sequence[Passage]
    language: str
    rules: Rules
    answerable: bool | None = None
    kept: list[str] = field(default_factory=list[str])
    cut: list[str] = field(default_factory=list[str])
    cited: list[Source] = field(default_factory=list[Source])
    _joined: str = ""
    _safe: str = ""

    def add(self, claim: Claim) -> bool:
        """Take a claim in; False when it is cut."""
        named = [one for one in self.passages if one.id in claim.sources]
        text = self.rules.restore(claim.text)
        reason = self._reason_against(text, self.rules.without_own(claim.text), named)
        shown = "" if reason else self.rules.make_safe(text).strip()
        if reason or not shown:
            self.cut.append(reason or "nothing of it may be shown")
            metrics.claims.labels("cut").inc()
            return False
        self.kept.append(shown)
        self.cited += [one.source for one in named if one.source not in self.cited]
        metrics.claims.labels("kept").inc()
        return True

    def answer(self) -> Answer:
        """The answer so far, judged by what is known of it; without text when nothing was kept."""
        found = self.evidence.answer
        sources = _one_for_each_document(self.cited)
        written = Written(
            answerable=bool(self.answerable),
            kept=len(self.kept),
            cut=len(self.cut),
            documents=len(sources),
        )
        confidence = _with_cuts(judge_written(found.confidence, written), self.cut)
        language = self._spoken()
        if language != self.language:
            confidence = in_another_language(confidence)
        cited = {source.doc_id for source in sources}
        others = [one.source for one in self.evidence.passages if one.source.doc_id not in cited]
        return Answer(
            text=self._text(),
            language=language,
            sources=sources,
            confidence=confidence,
            considered=_one_for_each_document(others),
        )

    def _text(self) -> str:
        """The claims once more made safe as a whole: two harmless texts may make a link together."""
        joined = join_claims(self.kept)
        if joined != self._joined:
            self._joined, self._safe = joined, self.rules.make_safe(joined)
        return self._safe

    def _spoken(self) -> str:
        """The language of the text: that of the passages where the model stayed in it."""
        spoken = language_of(self._text(), self.language)
        theirs = {passage.source.language for passage in self.passages}
        return spoken if spoken in theirs else self.language

    def _reason_against(self, text: str, told: str, named: Sequence[Passage]) -> str | None:
        """Judge a claim by what it tells, ``text`` without what the customer typed."""
        if not named:
            return "it names no passage that was given"
        if has_placeholder(text):
            return "it holds a placeholder that stands for nothing"
        if told != text and not list(words(told)):
            return "it says nothing but what the customer typed"
        if is_quotation(told, [one.text for one in named]):
            return None
        texts = [f"{one.source.title}\n{one.source.heading}\n{one.text}" for one in named]
        return self.rules.support(told, texts, self.language)


def is_quotation(claim: str, texts: Sequence[str]) -> bool:
    """Whether each sentence of a claim stands word for word, and as a whole, in one of the texts.

    Half a sentence may say the opposite of the whole one: "refunds after 30 days" within "no refunds…".
    """
    known = {sentence for text in texts for sentence in _sentences(text)}
    said = _sentences(claim)
    return bool(said) and known.issuperset(said)


def _sentences(text: str) -> list[str]:
    lines = (plain_text(_ITEM.sub("", line)) for line in text.splitlines())
    found = (fold(sentence).strip() for line in lines for sentence in split_sentences(line))
    return [sentence for sentence in found if sentence]


def join_claims(claims: Sequence[str]) -> str:
    """Write sentences one after the other, and list items on lines of their own."""
    text = ""
    for before, claim in zip(("", *claims), claims, strict=False):
        if not text:
            text = claim
        elif is_item(claim):
            text += f"\n{claim}" if is_item(before) else f"\n\n{claim}"
        else:
            text += f"\n\n{claim}" if is_item(before) else f" {claim}"
    return text


def is_item(claim: str) -> bool:
    """Whether a claim is written as an item of a list."""
    mark, blank, _ = claim.partition(" ")
    return bool(blank) and (mark in {"-", "*"} or (mark[:-1].isdigit() and mark[-1] in ".)"))


def _one_for_each_document(sources: Sequence[Source]) -> tuple[Source, ...]:
    first: dict[str, Source] = {}
    for source in sources:
        first.setdefault(source.doc_id, source)
    return tuple(first.values())


def _with_cuts(confidence: Confidence, cut: Sequence[str]) -> Confidence:
    """Add how many sentences were cut and why, each reason once."""
    if not cut:
        return confidence
    why = "; ".join(tuple(dict.fromkeys(cut))[:_MOST_REASONS])
    sentence = f"{len(cut)} sentence{'s' if len(cut) > 1 else ''} of the model cut: {why}"
    return replace(confidence, reasons=(*confidence.reasons, sentence))
