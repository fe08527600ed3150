"""Forbidden topics, required phrases and the words of the house."""

from dataclasses import replace

import pytest
from typing_extensions import override

from bot.vocabulary.knowledge import Answer, OnDraft, Query
from knowledge.guards.guarded import GuardedKnowledge
from knowledge.guards.phrases import Phrases
from knowledge.guards.rules import AnswerRule, AnswerRules
from knowledge.guards.style import AnswerStyle
from tests.fakes import ScriptedKnowledge
from tests.linear_time import takes_linear_time

STYLE = AnswerStyle(
    persona="Nora, the assistant of Example Shop.",
    tone="warm and brief",
    glossary={"parcel": ("package", "box"), "Relevo": ()},
)


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Can I sue you?", "en", None),
        ("any lawsuits running?", "en", "lawsuit"),
        ("what does LEGAL ADVICE cost", "en", "legal advice"),
        ("advice that is legal", "en", None),
        ("a law\u200bsuit or law\u00adsuits", "en", "lawsuit"),
        ("¿me das asesorías legales?", "es", "asesoría legal"),
        ("busco asesoria legal, please", "en", "asesoría legal"),
        ("is it legal? advice!", "en", "legal advice"),
        ("why not", "en", "why not"),
        ("", "en", None),
    ],
)
def test_phrases_are_found_in_any_form(text: str, language: str, found: str | None) -> None:
    phrases = Phrases(["lawsuit", "legal advice", "asesoría legal", "why not", " "])
    assert phrases.first_in(text, language) == found


def test_an_empty_list_finds_nothing() -> None:
    assert not Phrases([])
    assert Phrases([]).first_in("anything", "en") is None


def test_a_topic_forbidden_to_one_team_is_forbidden_while_no_team_is_known() -> None:
    rules = AnswerRules(
        [
            AnswerRule(forbidden=("politics",)),
            AnswerRule(forbidden=("prices",), team="support"),
            AnswerRule(add="For sales.", team="sales"),
            AnswerRule(add="For all."),
        ]
    )
    assert rules.forbidden_topic("your price?", "en") == "prices"
    assert rules.forbidden_topic("your price?", "en", team="support") == "prices"
    assert rules.forbidden_topic("your price?", "en", team="sales") is None
    assert rules.forbidden_topic("politics?", "en", team="another") == "politics"
    assert rules.required(["x"], "en") == ["For all."]
    assert rules.required(["x"], "en", team="sales") == ["For sales.", "For all."]


def test_a_phrase_is_required_by_words_and_language() -> None:
    rules = AnswerRules(
        [
            AnswerRule(when=("refund", "reembolso"), add="Rights stay.", languages=("en",)),
            AnswerRule(when=("reembolso",), add="Tus derechos siguen.", languages=("es",)),
        ]
    )
    assert rules.required(["how are refunds paid?"], "en") == ["Rights stay."]
    assert rules.required(["¿y los reembolsos?"], "es") == ["Tus derechos siguen."]
    assert rules.required(["hello"], "en") == []


def test_the_model_is_told_who_it_is() -> None:
    assert STYLE.instructions() == (
        "You are Nora, the assistant of Example Shop.\nTone: warm and brief.\n"
        'Write "parcel", not "package", "box".\nWrite "Relevo" so.'
    )
    assert AnswerStyle().instructions() == ""


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Package and BOX, boxes, a box.", "Parcel and Parcel, boxes, a parcel."),
        (
            "`box` ```\nbox\n``` [box](https://a.example/box)",
            "`box` ```\nbox\n``` [parcel](https://a.example/box)",
        ),
        ("mail box@a.example", "mail box@a.example"),
        ("a parcel", "a parcel"),
    ],
)
def test_words_of_the_house_replace_others(text: str, written: str) -> None:
    assert STYLE.apply(text) == written
    assert AnswerStyle().apply(text) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a boxe\u017f", "a parcel"),
        ("\u0130leti, ileti", "Mesaj, mesaj"),
        ("Kutu, kutu", "Kutu, kutu"),
    ],
)
def test_letters_that_differ_by_more_than_their_case_hold_nothing_up(
    text: str, written: str
) -> None:
    """``re`` takes a long s for an s and a capital I with a dot for an i, ``lower`` does not."""
    style = AnswerStyle(
        glossary={"parcel": ("boxes",), "mesaj": ("\u0130leti",), "kutu": ("KUTU",)}
    )
    assert style.apply(text) == written


def test_a_long_word_does_not_hold_up_the_words_of_the_house() -> None:
    assert takes_linear_time(STYLE.apply, "a.", length=2_000)


async def test_a_draft_about_a_forbidden_topic_is_not_shown() -> None:
    class Growing(ScriptedKnowledge):
        @override
        async def answer(self, query: Query, on_draft: OnDraft | None = None) -> Answer:
            answer = await super().answer(query)
            assert on_draft is not None
            for text in ("A box.", "A box and politics."):
                await on_draft(replace(answer, text=text))
            return answer

    drafts: list[str] = []

    async def on_draft(draft: Answer) -> None:
        drafts.append(draft.text)

    inner = Growing(answers={"lamp": [("d1", "A box and politics.", 0.9)]})
    rules = AnswerRules([AnswerRule(forbidden=("politics",)), AnswerRule(add="Legal text.")])
    guarded = GuardedKnowledge(inner, rules, STYLE)
    answer = await guarded.answer(Query(text="which lamp?", language="en"), on_draft)
    assert drafts == ["A parcel."]
    assert (answer.text, answer.declined) == ("", "politics")
    assert [source.doc_id for source in answer.considered] == ["d1"]
    assert answer.confidence.value == 0


async def test_an_answer_that_says_it_already_is_left_and_an_empty_one_too() -> None:
    inner = ScriptedKnowledge(answers={"lamp": [("d1", "A box.\n\nLEGAL  text.", 0.9)]})
    guarded = GuardedKnowledge(inner, AnswerRules([AnswerRule(add="Legal text.")]), STYLE)
    answer = await guarded.answer(Query(text="which lamp?", language="en"))
    assert answer.text == "A parcel.\n\nLEGAL  text."
    assert (await guarded.answer(Query(text="nothing", language="en"))).text == ""
    assert len(await guarded.search(Query(text="lamp", language="en"), 3)) == 1


async def test_a_forbidden_question_is_no_context_of_the_next_one() -> None:
    inner = ScriptedKnowledge(answers={"lamp": [("d1", "A lamp.", 0.9)]})
    guarded = GuardedKnowledge(inner, AnswerRules([AnswerRule(forbidden=("lawsuit",))]), STYLE)
    earlier = ("Tell me of lawsuits", "And lamps?")
    await guarded.answer(Query(text="Go on about the lamp", language="en", history=earlier))
    assert [query.history for query in inner.queries] == [("And lamps?",)]
