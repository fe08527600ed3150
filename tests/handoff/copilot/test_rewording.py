"""Shorter and warmer without a model, and what a model's failure falls back on."""

from hypothesis import given
from hypothesis import strategies as st

from bot.vocabulary.copilot import Wording
from handoff.copilot.rewording import Rewording, shortened_plainly, warmed_plainly

LONG = "Send it back within 30 days. We refund 5 days later. Keep the box. It helps us."


class Silent:
    """A rewriter that has no words now."""

    async def rewrite(
        self, text: str, wording: Wording, *, language: str, asker: str | None = None
    ) -> str | None:
        del text, wording, language, asker
        return None


def test_a_text_keeps_its_first_sentences() -> None:
    assert shortened_plainly(LONG) == "Send it back within 30 days. We refund 5 days later."


def test_a_list_keeps_its_first_items() -> None:
    steps = "\n".join(f"{number}. Step {number}." for number in range(1, 8))
    assert shortened_plainly(f"Do this:\n\n{steps}").splitlines()[-1] == "4. Step 4."


def test_amounts_with_points_are_no_ends_of_sentences() -> None:
    assert (
        shortened_plainly("It costs 1. 5 €. Then more. And more.") == "It costs 1. 5 €. Then more."
    )


def test_a_warm_text_greets_by_the_first_name_once() -> None:
    warm = warmed_plainly("It is on its way.", "es", "Carla Gómez")
    assert warm.startswith("Hola, Carla,")
    assert warmed_plainly(warm, "es", "Carla Gómez") == warm


async def test_without_a_model_s_words_there_are_plain_ones() -> None:
    for rewriter in (None, Silent()):
        rewording = Rewording(rewriter=rewriter)
        said = await rewording.reword(
            LONG, Wording.SHORTER, language="en", customer="Carla", asker="a"
        )
        assert said == shortened_plainly(LONG)


@given(st.text(max_size=300))
def test_any_text_gets_no_longer_by_being_shortened(text: str) -> None:
    assert len(shortened_plainly(text)) <= len(text) + 2
