"""What customers say to a survey, read by its form alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.afterwards.remarks import WORD_LENGTH, is_word, may_be_word
from bot.conversation.afterwards.scores import Choice, choice_of, score_in
from bot.conversation.understanding import understand
from bot.texts import LANGUAGES, say
from bot.texts.surveys import (
    HIGHEST,
    LOWEST,
    csat_question,
    is_question,
    nps_question,
)
from bot.vocabulary.surveys import CsatForm, SurveyKind

WORDS = {
    "en": [
        "Ana was great",
        "Thank you, she really took her time",
        "took too long",
        "great service, will buy again",
        "I want to thank Ana, she is a star",
        "what a nice team",
        "it was fine but slow",
        "nobody ever listened to me",
        "that didn't help at all",
    ],
    "es": [
        "Ana fue un encanto",
        "todo perfecto y muy rápido",
        "tardasteis demasiado",
        "Qué amable, de verdad",
        "como siempre, genial",
        "muy mal servicio, la verdad",
    ],
}

NO_WORDS = {
    "en": [
        "How long does delivery take?",
        "when does it arrive",
        "can I change my address",
        "is there a shop in Madrid",
        "I need another invoice",
        "I'd like to return the pan",
        "one more thing, my order is late",
        "and what about the refund",
        "I want to talk to a person",
        "let me speak to a human please",
        "thanks",
        "ok",
        "no",
        "/help",
        "tell me your opening hours",
        "my lawyer will write to you",
    ],
    "es": [
        "¿Cuándo llega mi pedido?",
        "y cuándo llega",
        "necesito otra factura",
        "quiero devolver la sartén",
        "puedo cambiar la dirección",
        "qué plazo tengo para devolverlo",
        "quiero hablar con una persona",
        "gracias",
        "vale",
        "una pregunta, tenéis tienda en Madrid",
    ],
}


@pytest.mark.parametrize(
    ("language", "text"), [(lang, text) for lang in WORDS for text in WORDS[lang]]
)
def test_a_word_is_taken_for_one(language: str, text: str) -> None:
    assert is_word(text, understand(text, language))


@pytest.mark.parametrize(
    ("language", "text"), [(lang, text) for lang in NO_WORDS for text in NO_WORDS[lang]]
)
def test_what_asks_or_wants_something_is_no_word(language: str, text: str) -> None:
    assert not is_word(text, understand(text, language))


def test_a_long_message_is_no_word() -> None:
    text = "it was good " * WORD_LENGTH
    assert not is_word(text, understand(text, "en"))


@pytest.mark.parametrize(
    ("text", "kind", "form", "score"),
    [
        ("4", SurveyKind.CSAT, "scale", 4),
        ("5/5", SurveyKind.CSAT, "scale", 5),
        ("3 out of 5", SurveyKind.CSAT, "scale", 3),
        ("4 de 5", SurveyKind.CSAT, "scale", 4),
        ("un 4", SurveyKind.CSAT, "scale", None),
        ("cuatro!", SurveyKind.CSAT, "scale", 4),
        ("5, thank you!", SurveyKind.CSAT, "scale", 5),
        ("gracias, un placer: 4", SurveyKind.CSAT, "scale", 4),
        ("10, muchas gracias", SurveyKind.NPS, "scale", 10),
        ("five stars", SurveyKind.CSAT, "scale", 5),
        ("⭐⭐⭐⭐", SurveyKind.CSAT, "scale", 4),
        ("👍", SurveyKind.CSAT, "scale", 5),
        ("👍🏽", SurveyKind.CSAT, "thumbs", 5),
        ("👎", SurveyKind.CSAT, "thumbs", 1),
        ("yes", SurveyKind.CSAT, "thumbs", 5),
        ("sí", SurveyKind.CSAT, "thumbs", 5),
        ("no", SurveyKind.CSAT, "thumbs", 1),
        ("no, thanks", SurveyKind.CSAT, "thumbs", None),
        ("yes", SurveyKind.CSAT, "scale", None),
        ("0", SurveyKind.CSAT, "scale", None),
        ("6", SurveyKind.CSAT, "scale", None),
        ("4 pans", SurveyKind.CSAT, "scale", None),
        ("order 4", SurveyKind.CSAT, "scale", None),
        ("", SurveyKind.CSAT, "scale", None),
        ("0", SurveyKind.NPS, "scale", 0),
        ("10", SurveyKind.NPS, "scale", 10),
        ("9/10", SurveyKind.NPS, "scale", 9),
        ("diez", SurveyKind.NPS, "scale", 10),
        ("11", SurveyKind.NPS, "scale", None),
        ("👍", SurveyKind.NPS, "scale", None),
    ],
)
def test_a_plain_score_is_read(
    text: str, kind: SurveyKind, form: CsatForm, score: int | None
) -> None:
    assert score_in(text, understand(text, "en"), kind, form) == score


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_of_a_question_is_read_back(language: str) -> None:
    questions = {
        SurveyKind.CSAT: [
            csat_question("R-1", language, "scale"),
            csat_question("R-1", language, "thumbs"),
        ],
        SurveyKind.NPS: [nps_question("R-1", language)],
    }
    for kind, asked in questions.items():
        for question in asked:
            assert is_question(question.text, kind)
            choices = [choice_of(button.action) for button in question.buttons]
            assert all(
                choice and choice.kind is kind and choice.case == "R-1" for choice in choices
            )
            ways_out = [choice.way_out for choice in choices if choice and choice.score is None]
            assert ways_out == ["skip"]


def test_the_scale_has_all_its_steps() -> None:
    scale = [choice_of(button.action) for button in csat_question("R-1", "en", "scale").buttons]
    assert [choice.score for choice in scale if choice] == [1, 2, 3, 4, 5, None]
    nps = [choice_of(button.action) for button in nps_question("R-1", "en").buttons]
    assert [choice.score for choice in nps if choice] == [*range(11), None]


@pytest.mark.parametrize(
    "action",
    ["csat:R-1:6", "csat:R-1:0", "nps:R-1:11", "csat:R-1", "human", "csat::4", "csat:R-1:x"],
)
def test_a_made_up_button_is_none(action: str) -> None:
    assert choice_of(action) is None


@given(st.text(max_size=30))
def test_any_text_is_read_without_an_error(text: str) -> None:
    meaning = understand(text, "en")
    for kind in SurveyKind:
        score = score_in(text, meaning, kind, "thumbs")
        assert score is None or LOWEST[kind] <= score <= HIGHEST[kind]
    is_word(text, meaning)


@given(st.text(max_size=40))
def test_any_action_is_read_without_an_error(action: str) -> None:
    found = choice_of(action)
    assert found is None or isinstance(found, Choice)


def test_the_question_of_another_survey_is_none() -> None:
    assert not is_question(say("after.nps", "en"), SurveyKind.CSAT)
    assert not is_question("How did we do?", SurveyKind.CSAT)


PERHAPS = [
    "I had to wait for two days",
    "nobody told me anything",
    "I felt taken seriously",
    "it took three emails",
    "me he sentido escuchada",
    "demasiado tiempo",
    "atención de diez",
]
"""Words that judge without a word of judgement: taken for one where nothing is found to answer."""

MATTERS = [
    "I have not received my card",
    "my card was stolen",
    "the app isn't working",
    "there is a problem with my order",
    "no me llega el pedido",
    "me falta una sartén",
]


@pytest.mark.parametrize("text", PERHAPS)
def test_what_asks_for_nothing_may_be_a_word(text: str) -> None:
    assert may_be_word(text, understand(text, "en"))


@pytest.mark.parametrize("text", MATTERS)
def test_what_tells_of_trouble_is_none(text: str) -> None:
    meaning = understand(text, "en")
    assert not may_be_word(text, meaning)
    assert not is_word(text, meaning)


def test_who_names_whoever_helped_says_a_word() -> None:
    text = "Ana explained it twice"
    assert not is_word(text, understand(text, "en"))
    assert is_word(text, understand(text, "en"), ("Ana",))
