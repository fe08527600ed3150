"""Claims become a text, and what is quoted word for word needs no other proof."""

import pytest

from knowledge.model.writing import is_item, is_quotation, join_claims

SOURCE = """\
No refunds after 30 days. **Store credit** is possible.

- Pans can be changed.
2. Knives can't be sent back!
"""


@pytest.mark.parametrize(
    "claim",
    [
        "No refunds after 30 days.",
        "no refunds after 30 days. Store credit is possible.",
        "- Pans can be changed.",
        "Knives can't be sent back!",
        "1. Knives can't be sent back!",
    ],
)
def test_whole_sentences_are_quotations(claim: str) -> None:
    assert is_quotation(claim, ["Something else.", SOURCE])


@pytest.mark.parametrize(
    "claim",
    [
        "refunds after 30 days.",
        "No refunds after 30 days",
        "Knives can be sent back!",
        "Pans can be changed. Always.",
        "",
        "- ",
    ],
)
def test_parts_and_other_sentences_are_not(claim: str) -> None:
    assert not is_quotation(claim, [SOURCE])


@pytest.mark.parametrize(
    ("claims", "text"),
    [
        ([], ""),
        (["One.", "Two."], "One. Two."),
        (
            ["Do this:", "1. One", "2. Two", "That's it."],
            "Do this:\n\n1. One\n2. Two\n\nThat's it.",
        ),
        (["- a", "- b"], "- a\n- b"),
        (["5 days.", "-5 °C is cold."], "5 days. -5 °C is cold."),
    ],
)
def test_claims_are_joined_as_they_are_read(claims: list[str], text: str) -> None:
    assert join_claims(claims) == text


@pytest.mark.parametrize(
    ("claim", "item"),
    [
        ("- a", True),
        ("* a", True),
        ("12. a", True),
        ("3) a", True),
        ("3 days", False),
        ("-a", False),
    ],
)
def test_items_of_lists(claim: str, item: bool) -> None:  # noqa: FBT001
    assert is_item(claim) == item
