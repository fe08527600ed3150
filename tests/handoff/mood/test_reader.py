"""The default reader of moods: hard cases by name, dialogues, and whatever text may come."""

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.vocabulary.mood import Feeling, Mood, Said
from handoff.mood import NEGATIVE_FROM, DefaultMoodReader
from handoff.mood.model import FEELINGS
from tests.linear_time import takes_linear_time

READER = DefaultMoodReader()

ANGRY = [
    "This is unacceptable, you are a bunch of thieves!",
    "what the fuck is wrong with you people",
    "WHY IS NOBODY ANSWERING ME???",
    "you're useless, give me my f***ing money back",
    "sois unos ladrones y unos sinvergüenzas",
    "vaya mierda de servicio",
    "me tienen harto, son unos inútiles",
    "¡¡ESTO ES INACEPTABLE!!",
]
FRUSTRATED = [
    "no sirve para nada",
    "qué vergüenza",
    "estoy hasta las narices",
    "me tienen harto",
    "esto es una porquería",
    "con todo respeto, es la tercera vez que pregunto",
    "llevo dos semanas esperando y nadie me contesta",
    "eso no es lo que pedí, otra vez",
    "genial, otro bot que no entiende nada",
    "great, another broken update",
    "this is the third time I'm asking",
    "with all due respect, I have asked you three times already",
    "I am so fed up with this service",
    "still broken, and nobody replies",
    "I'm not happy at all with how this was handled",
    "thanks for nothing",
]
CALM = [
    "error E-4512 al pagar",
    "tengo un problema con la factura",
    "no funciona el enlace",
    "mi paquete aún no ha llegado, el número de seguimiento es 88213",
    "¿cómo pongo una queja?",
    "me robaron la tarjeta, ¿cómo la bloqueo?",
    "es urgente, necesito la factura hoy",
    "quiero hablar con una persona",
    "quiero cancelar el pedido 4412",
    "no, gracias",
    "it's urgent, can you send it today?",
    "I get error E-4512 when I log in",
    "I have a problem with my invoice",
    "the link does not work",
    "how do I kill a running process?",
    "my card was stolen, how do I block it?",
    "why was my payment declined?",
    "can I speak to an agent?",
    "how do I file a complaint?",
    "no thank you",
]
GLAD = [
    "thank you so much, that worked perfectly",
    "Perfect, book it!",
    "sounds good",
    "muchas gracias, ya funciona",
    "perfecto, muchísimas gracias",
    "me encanta, sois geniales",
]


def read(text: str, *context: Said, language: str = "en") -> Mood:
    return READER.read(text, language=language, context=context)


def asked(text: str) -> Said:
    return Said(text=text, by_customer=True)


def told(text: str) -> Said:
    return Said(text=text, by_customer=False)


@pytest.mark.parametrize("text", ANGRY)
def test_anger_is_heard(text: str) -> None:
    mood = read(text)
    assert mood.negative >= NEGATIVE_FROM
    assert mood.anger > 0.35


@pytest.mark.parametrize("text", FRUSTRATED)
def test_frustration_is_heard_without_a_swearword(text: str) -> None:
    mood = read(text)
    assert mood.negative >= NEGATIVE_FROM
    assert READER.feeling(mood) in {Feeling.FRUSTRATED, Feeling.ANGRY}


@pytest.mark.parametrize("text", CALM)
def test_what_is_told_calmly_is_neutral(text: str) -> None:
    mood = read(text)
    assert mood.negative < NEGATIVE_FROM
    assert mood.anger < NEGATIVE_FROM


@pytest.mark.parametrize("text", GLAD)
def test_satisfaction_is_heard(text: str) -> None:
    assert READER.feeling(read(text)) is Feeling.SATISFIED


@pytest.mark.parametrize(
    "text", ["it's urgent", "I need this right away", "es urgente", "lo necesito cuanto antes"]
)
def test_urgency_is_no_anger(text: str) -> None:
    mood = read(text)
    assert mood.urgency >= 0.5
    assert mood.negative < NEGATIVE_FROM


@pytest.mark.parametrize(
    "text",
    [
        "I want to cancel my subscription",
        "I'm switching to your competitor",
        "quiero darme de baja",
        "me voy con la competencia",
    ],
)
def test_who_wants_to_leave_is_heard(text: str) -> None:
    assert read(text).leaving >= 0.5


def test_a_refusal_weighs_more_after_a_bot_that_could_not_help() -> None:
    failed = told("I'm sorry, I couldn't find anything about that.")
    helped = told("Your parcel comes tomorrow at nine.")
    question = asked("Where is my parcel?")
    text = "No, I asked for something else"
    alone = read(text).negative
    assert alone < read(text, question, helped).negative < read(text, question, failed).negative


def test_who_says_the_same_again_is_more_dissatisfied_in_both_languages() -> None:
    for question, answer, again, new in (
        (
            "when will my parcel from Leeds arrive?",
            "Our shops are open from nine to five.",
            "when will the parcel from Leeds arrive",
            "when will the shop near Euston open",
        ),
        (
            "¿cuándo llega mi paquete desde Sevilla?",
            "Nuestras tiendas abren de nueve a cinco.",
            "¿cuándo llega el paquete desde Sevilla?",
            "¿cuándo abre la tienda junto al puerto?",
        ),
    ):
        lines = (asked(question), told(answer))
        assert read(again, *lines).negative > read(new, *lines).negative


def test_thanks_after_an_answer_lower_the_score() -> None:
    lines = (asked("Where is it?"), told("In the box."))
    assert (
        read("thank you, that's perfect", *lines).negative < read("and the cable?", *lines).negative
    )
    assert read("thank you, that's perfect", *lines).satisfaction > 0.8


def test_what_the_customer_alone_wrote_before_is_no_dialogue_yet() -> None:
    assert read("no", asked("hello"), asked("anyone?")) == read("no")


def test_a_mood_is_the_same_each_time_and_in_each_language_setting() -> None:
    text = "estoy harto, nobody answers"
    assert {read(text, language=code) for code in ("en", "es", "fr", "")} == {read(text)}
    assert READER.read(text, language="en") == DefaultMoodReader().read(text, language="en")


TEXTS = st.text(st.characters(), max_size=300) | st.sampled_from(
    [
        "",
        " ",
        "\0",
        "\ud800",
        "😡😡😡",
        "👍",
        "?!" * 500,
        "ñ" * 40_000,
        "\u0301" * 3_000,
        "a b " * 10_000,
    ]
)


@given(
    text=TEXTS, before=st.lists(st.builds(Said, text=TEXTS, by_customer=st.booleans()), max_size=4)
)
def test_any_text_gives_a_mood_within_its_bounds(text: str, before: list[Said]) -> None:
    mood = READER.read(text, language="es", context=before)
    assert len(astuple(mood)) == len(FEELINGS)
    assert all(0 <= value <= 1 for value in astuple(mood))


def test_faces_speak() -> None:
    assert read("😡😡😡").negative > read("🙂").negative
    assert read("👍").negative < NEGATIVE_FROM


@pytest.mark.parametrize("piece", ["no sirve ", "aaaa", "!?", "i already told you ", "no ", "á"])
def test_a_long_text_holds_nobody_up(piece: str) -> None:
    assert takes_linear_time(lambda text: read(text, asked(text), told(text)), piece, length=4_000)
