"""Something useful for satisfied customers: when it fits, and when nothing may be suggested."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.conversation.afterwards.offers import (
    NEVER_AFTER,
    Occasion,
    Offer,
    Offers,
    noted,
    paragraph,
)
from bot.vocabulary.cases import CaseReason
from bot.vocabulary.conversations import Conversation, Memo
from bot.vocabulary.messages import Platform
from bot.vocabulary.mood import Feeling, Mood, MoodCurve, MoodPoint
from tests.builders import a_conversation
from tests.handoff.kit import ANA, NOW, a_case, a_closed_case

GUIDE = Offer(
    name="Care guide",
    texts={"en": "Our guide on cast iron.", "es": "Nuestra guía del hierro fundido."},
    url="https://help.example/care",
)


def an_occasion(**fields: Any) -> Occasion:
    case = fields.get("case", a_closed_case())
    values: dict[str, Any] = {
        "conversation": Conversation(ref=a_conversation(), case=case),
        "memo": Memo(),
        "language": "en",
        "at": NOW,
        "case": case,
        "score": 5,
    }
    return Occasion(**(values | fields))


def felt(*feelings: Feeling) -> Memo:
    points = tuple(MoodPoint(at=NOW, mood=Mood(), feeling=feeling) for feeling in feelings)
    return Memo(mood=MoodCurve(points=points))


def test_a_satisfied_customer_is_shown_it_in_their_language() -> None:
    occasion = an_occasion()
    assert Offers(offers=(GUIDE,)).fitting(occasion) == GUIDE
    assert paragraph(GUIDE, "en") == (
        "One thing that may be useful to you: Our guide on cast iron. "
        "[Care guide](https://help.example/care)"
    )
    assert "Nuestra guía" in paragraph(GUIDE, "es")
    assert "Our guide" in paragraph(GUIDE, "fr")


def test_without_words_in_their_language_nobody_is_shown_it() -> None:
    english = replace(GUIDE, texts={"en": "Our guide."})
    assert Offers(offers=(english,)).fitting(an_occasion(language="es")) is None


@pytest.mark.parametrize("reason", sorted(NEVER_AFTER))
def test_never_after_a_grave_case(reason: CaseReason) -> None:
    case = a_case(ANA, reason=reason)
    assert Offers(offers=(GUIDE,)).fitting(an_occasion(case=case)) is None
    later = an_occasion(case=None, conversation=Conversation(ref=a_conversation(), case=case))
    assert Offers(offers=(GUIDE,)).fitting(later) is None


def test_never_soon_after_anger() -> None:
    offers = Offers(offers=(GUIDE,))
    calm = (Feeling.NEUTRAL,) * 5
    assert offers.fitting(an_occasion(memo=felt(Feeling.ANGRY, *calm))) is None
    assert offers.fitting(an_occasion(memo=felt(Feeling.ANGRY, *calm, Feeling.SATISFIED))) == GUIDE


def test_never_in_a_shared_conversation_nor_after_a_bad_score() -> None:
    offers = Offers(offers=(GUIDE,))
    assert offers.fitting(an_occasion(is_shared=True)) is None
    assert offers.fitting(an_occasion(score=3)) is None


def test_once_a_case_and_once_in_some_days() -> None:
    offers = Offers(offers=(GUIDE,), days=30)
    first = an_occasion()
    memo = noted(Memo(), first)
    late = NOW + timedelta(days=31)
    assert offers.fitting(an_occasion(memo=memo, at=late)) is None
    other = a_case(ANA, id="R-2")
    assert offers.fitting(an_occasion(memo=memo, case=other)) is None
    assert offers.fitting(an_occasion(memo=memo, case=other, at=late)) == GUIDE


@pytest.mark.parametrize(
    ("condition", "fits", "fits_not"),
    [
        ({"topics": ("pans",)}, {"case": a_case(topic="pans")}, {"case": a_case(topic="refunds")}),
        ({"tags": ("vip",)}, {"case": a_case(tags=("vip", "b"))}, {"case": a_case(tags=("b",))}),
        ({"tiers": ("gold",)}, {"case": a_case(tier="gold")}, {"case": None}),
        ({"languages": ("en",)}, {"language": "en"}, {"language": "es"}),
        ({"min_score": 5}, {"score": 5}, {"score": 4}),
    ],
)
def test_its_conditions_are_kept(
    condition: dict[str, Any], fits: dict[str, Any], fits_not: dict[str, Any]
) -> None:
    offers = Offers(offers=(replace(GUIDE, **condition),))
    assert offers.fitting(an_occasion(**fits)) is not None
    assert offers.fitting(an_occasion(**fits_not)) is None


def test_its_platforms_are_kept() -> None:
    here = replace(GUIDE, platforms=(Platform.PLAYGROUND,))
    elsewhere = replace(GUIDE, name="Other", platforms=(Platform.SLACK,))
    assert Offers(offers=(elsewhere, here)).fitting(an_occasion()) == here
