import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rollout.comparing import is_as_good, likeness
from bot.rollout.facts import Figure, contradiction, disagreement, figures
from tests.linear_time import takes_linear_time

ALIKE = [
    ("en", "You can return items within 30 days. Refunds take 5 business days.",
     "Hi Ana! Returns are possible within 30 days. Let me know if you need anything else!"),
    ("en", "To reset your password, open Settings, choose Security and press Reset password.",
     "Hello, please go to Settings > Security and click on Reset password there."),
    ("en", "We deliver within 72 hours.", "We deliver within three days."),
    ("es", "Puedes devolver el pedido en 30 días.",
     "¡Hola! Puede devolver su pedido en un plazo de treinta días. Un saludo"),
    ("es", "Para cambiar la contraseña, abre Ajustes y pulsa Restablecer contraseña.",
     "Buenos días, abre los ajustes y pulsa en restablecer la contraseña."),
]  # fmt: skip
ALIKE.append(
    ("en", "**What we don't accept**\n\nCash on delivery, cheques and cryptocurrency.",
     "I'm sorry, we don't accept cash on delivery, cheques and cryptocurrency.")
)  # fmt: skip
DIFFERENT = [
    ("en", "You can return items within 30 days.", "Hi, you can return items within 14 days.", "figure"),
    ("en", "Sale items can be returned.", "Sale items can't be returned.", "denial"),
    ("en", "Delivery costs 4.99 €.", "Delivery costs € 5.99.", "figure"),
    ("en", "The shop opens at 9 am.", "The shop opens at 10:00.", "figure"),
    ("en", "Fill the form at https://example.com/returns in.",
     "Fill the form at https://example.com/claims in.", "link"),
    ("en", "Returns are free.", "Returns are paid.", "denial"),
    ("es", "Puedes devolver los artículos rebajados.",
     "No puedes devolver los artículos rebajados.", "denial"),
    ("es", "El envío tarda 3 días.", "El envío tarda 5 días.", "figure"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "draft", "human"), ALIKE)
def test_a_draft_that_says_the_same_is_as_good(language: str, draft: str, human: str) -> None:
    found = is_as_good(draft, human, language=language)
    assert found is not None
    assert found[0]


@pytest.mark.parametrize(("language", "draft", "human", "what"), DIFFERENT)
def test_a_draft_that_contradicts_is_not_as_good(
    language: str, draft: str, human: str, what: str
) -> None:
    assert disagreement(draft, human, language) == what
    found = is_as_good(draft, human, language=language)
    assert found is not None
    assert not found[0]


@pytest.mark.parametrize(
    ("language", "human"),
    [
        ("en", ""),
        ("en", "Hi there!"),
        ("en", "You're welcome, have a great day!"),
        ("en", "Let me check that for you, one moment please."),
        ("es", "Déjame comprobarlo un momento."),
        ("es", "¡De nada, que tengas un buen día!"),
        ("en", "👍"),
    ],
)
def test_what_says_nothing_of_the_matter_is_not_compared(language: str, human: str) -> None:
    assert is_as_good("You can return items within 30 days.", human, language=language) is None


def test_what_is_left_out_is_no_contradiction() -> None:
    human = "You can return it within 30 days, and the refund takes 5 days."
    for draft, differs, contradicts in (
        ("You can return it within 30 days.", "figure", None),
        ("You can return it within 14 days.", "figure", "figure"),
        (human, None, None),
    ):
        assert disagreement(draft, human, "en") == differs
        assert contradiction(draft, human, "en") == contradicts


def test_another_subject_is_not_as_good() -> None:
    draft = "Our shops are open from Monday to Saturday."
    found = is_as_good(draft, "Your parcel will be with the courier tomorrow.", language="en")
    assert found is not None
    assert not found[0]
    assert is_as_good("", "Refunds are paid to your card.", language="en") == (False, 0.0)


@given(st.text(max_size=200), st.text(max_size=200), st.sampled_from(["en", "es", "fr"]))
@settings(max_examples=50)
def test_any_two_texts_can_be_compared(draft: str, human: str, language: str) -> None:
    assert 0 <= likeness(draft, human, language=language) <= 1
    found = is_as_good(draft, human, language=language)
    assert found is None or 0 <= found[1] <= 1


@given(st.integers(min_value=2, max_value=10**6), st.sampled_from(["days", "€", "%", "hours"]))
def test_a_changed_figure_is_always_noticed(number: int, unit: str) -> None:
    human = f"Refunds of your order take {number} {unit} at most"
    draft = f"Refunds of your order take {number + 1} {unit} at most"
    assert disagreement(human, human, "en") is None
    assert disagreement(draft, human, "en") == "figure"


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1,000 days", 24_000, "h"),
        ("1.000 días", 24_000, "h"),
        ("9,99 €", 9.99, "€"),
        ("$9.99", 9.99, "$"),
        ("two weeks", 336, "h"),
        ("6 pm", 18, "clock"),
        ("18:00", 18, "clock"),
        ("1. Take 5 days", 120, "h"),
    ],
)
def test_figures_are_read_as_people_write_them(text: str, value: float, unit: str) -> None:
    assert figures(text) == {Figure(value=value, unit=unit)}


@pytest.mark.parametrize("piece", ["word ", "no pans, ", "5 ", "https://a.b/ ", "# no\n"])
def test_however_long_they_are_texts_are_compared_in_time(piece: str) -> None:
    def read(text: str) -> object:
        return is_as_good("Pans go back within 30 days, knives don't.", text, language="en")

    assert takes_linear_time(read, piece, length=500)
