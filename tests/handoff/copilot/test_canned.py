"""Canned replies: found by name, tag and words, and filled in."""

from handoff.copilot.canned import CannedReplies, CannedReply, filled

REPLIES = CannedReplies(
    (
        CannedReply(
            name="refund-sent",
            text={"en": "Hi {customer}, your refund is on its way.", "es": "Hola, {customer}."},
            tags=("money",),
        ),
        CannedReply(name="greeting", text={"es": "¡Buenas! Soy {agent}."}),
        CannedReply(name="late", text={"en": "Sorry, the refund is late."}),
    )
)


def names(words: str) -> list[str]:
    return [reply.name for reply in REPLIES.found(words)]


def test_a_name_finds_its_reply_and_nothing_else_does() -> None:
    found = REPLIES.named(" Refund-Sent ")
    assert found is not None
    assert found.name == "refund-sent"
    assert REPLIES.named("refund") is None


def test_names_come_before_tags_and_tags_before_texts() -> None:
    assert names("refund") == ["refund-sent", "late"]
    assert names("money") == ["refund-sent"]
    assert names("REFUND late") == ["late"]
    assert names("") == ["greeting", "late", "refund-sent"]
    assert names("nowhere") == []


def test_a_text_comes_in_the_customer_s_language_where_there_is_one() -> None:
    refund, greeting = REPLIES.named("refund-sent"), REPLIES.named("greeting")
    assert refund is not None
    assert greeting is not None
    assert refund.in_language("es") == ("Hola, {customer}.", "es")
    assert refund.in_language("fr")[1] == "en"
    assert greeting.in_language("en")[1] == "es"


def test_an_unknown_variable_is_seen_rather_than_left_out() -> None:
    assert filled("{customer} {team} {x}", {"customer": "Carla", "team": ""}) == "Carla {team} {x}"
