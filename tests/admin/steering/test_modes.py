"""/mode, /threshold and /topics: what they show, what they set, and the way back."""

from dataclasses import replace

import pytest
from typing_extensions import override

from bot.vocabulary.turns import Decision, Plan, ShowDraft, Turn, unseen
from tests.admin.rooms_kit import Chamber
from tests.builders import a_conversation, a_message
from tests.engine_kit import EchoHandler, build_engine
from tests.fakes import RecordingAdapter


def modes(chamber: Chamber) -> dict[str, str]:
    settings = chamber.live.settings.rollout
    return {"": settings.mode} | {one.name: str(one.mode) for one in settings.topics if one.mode}


async def test_all_topics_are_shown_with_mode_threshold_and_evidence(chamber: Chamber) -> None:
    shown = await chamber.does("/mode")
    assert all(name in shown.text for name in ("Shipping", "Refunds", "everything else"))
    assert "auto" in shown.text
    assert "40 %" in shown.text
    assert "nothing seen yet" in shown.text
    assert shown.detail == ""


@pytest.mark.parametrize(
    ("line", "topic", "mode"),
    [
        ("/mode shadow", "", "shadow"),
        ("/mode copilot shipping", "Shipping", "copilot"),
        ("/mode canario SHIP", "Shipping", "canary"),
        ("/modo sombra refunds", "Refunds", "shadow"),
        ("/mode mode=human topic=Refunds", "Refunds", "human"),
    ],
)
async def test_a_mode_is_set_as_it_is_typed(
    chamber: Chamber, line: str, topic: str, mode: str
) -> None:
    reply = await chamber.does(line)
    assert modes(chamber)[topic] == mode
    assert mode in reply.detail
    await chamber.presses(reply, "Undo")
    assert modes(chamber) == {"": "auto"}


async def test_all_means_all_and_one_undo_brings_every_topic_back(chamber: Chamber) -> None:
    await chamber.does("/mode shadow shipping")
    await chamber.does("/threshold 0.7 shipping")
    reply = await chamber.does("/mode copilot")
    assert modes(chamber) == {"": "copilot"}
    assert chamber.live.settings.rollout.topics[0].threshold == 0.7
    await chamber.presses(reply, "Undo")
    assert modes(chamber) == {"": "auto", "Shipping": "shadow"}


async def test_the_rest_alone_leaves_the_topics_where_they_are(chamber: Chamber) -> None:
    await chamber.does("/mode mode=shadow topic=other")
    assert modes(chamber) == {"": "shadow", "Shipping": "auto", "Refunds": "auto"}


async def test_several_steps_at_once_are_said(chamber: Chamber) -> None:
    await chamber.does("/mode human shipping")
    far = await chamber.does("/mode canary shipping")
    assert "3 steps at once" in far.text
    assert "shadow, copilot" in far.text
    assert "steps at once" not in (await chamber.does("/mode auto shipping")).text
    assert "steps at once" not in (await chamber.does("/mode human shipping")).text


async def test_the_next_and_the_previous_mode_are_a_press_away(chamber: Chamber) -> None:
    shown = await chamber.does("/mode topic=Shipping")
    assert [one.label for one in shown.buttons] == ["Switch to canary"]
    at_canary = await chamber.presses(shown, "canary")
    assert "Switch to copilot" in [one.label for one in at_canary.buttons]
    assert "Switch to auto" in [one.label for one in at_canary.buttons]
    assert modes(chamber)["Shipping"] == "canary"


@pytest.mark.parametrize("line", ["/mode sideways", "/mode shadow Nonsense", "/mode zzz Shipping"])
async def test_what_is_not_known_is_asked_back_and_changes_nothing(
    chamber: Chamber, line: str
) -> None:
    reply = await chamber.does(line)
    assert "Nothing was changed" in reply.text
    assert reply.buttons
    assert reply.detail == ""
    assert await chamber.live.changes(5) == []


async def test_a_misspelt_name_is_asked_back_with_the_right_one(chamber: Chamber) -> None:
    reply = await chamber.does("/mode shadow Shiping")
    assert [one.label for one in reply.buttons] == ["Shipping", "other"]
    await chamber.presses(reply, "Shipping")
    assert modes(chamber)["Shipping"] == "shadow"


@pytest.mark.parametrize(
    ("typed", "value"), [("0.6", 0.6), ("0,6", 0.6), ("60 %", 0.6), ("60", 0.6), ("1", 1.0)]
)
async def test_a_threshold_is_read_as_people_write_it(
    chamber: Chamber, typed: str, value: float
) -> None:
    await chamber.does(f"/threshold value={typed.replace(' ', '')}")
    assert chamber.live.settings.escalation.answer_above == value


@pytest.mark.parametrize("typed", ["very", "-1", "160", "0.5.5"])
async def test_no_share_is_refused(chamber: Chamber, typed: str) -> None:
    assert "Nothing was changed" in (await chamber.does(f"/threshold {typed}")).text
    assert chamber.live.settings.escalation.answer_above == 0.4


async def test_where_a_threshold_comes_from_is_shown(chamber: Chamber) -> None:
    await chamber.does("/threshold 0.7 shipping")
    await chamber.does("/threshold 0.5 other")
    text = (await chamber.does("/threshold")).text
    assert "**Shipping**: 70 % (of its own)" in text
    assert "**Refunds**: 50 % (changed in chat)" in text
    await chamber.does("/threshold default")
    assert "**Shipping**: 40 % (default)" in (await chamber.does("/threshold")).text
    assert chamber.live.settings.rollout.topics == ()


async def test_topics_are_added_changed_and_taken_out(chamber: Chamber) -> None:
    added = await chamber.does('/topics set "Gift cards" gift card, voucher*, tarjeta regalo')
    assert chamber.live.settings.topics[-1].words == ("gift card", "voucher*", "tarjeta regalo")
    assert "Choose its team" in [one.label for one in added.buttons]
    await chamber.does('/topics set name="gift CARDS" words=gift*')
    assert [one.words for one in chamber.live.settings.topics[2:]] == [("gift*",)]
    listed = (await chamber.does("/topics list")).text
    assert "gift\\*" in listed
    removed = await chamber.does("/topics remove gift cards")
    assert len(chamber.live.settings.topics) == 2
    await chamber.presses(removed, "Undo")
    assert chamber.live.settings.topics[-1].name == "Gift cards"


async def test_a_topic_goes_with_what_names_it(chamber: Chamber) -> None:
    await chamber.does("/mode shadow shipping")
    await chamber.does("/route set shipping billing")
    await chamber.does("/topics remove shipping")
    settings = chamber.live.settings
    assert settings.rollout.topics == ()
    assert settings.teams[1].topics == ("Refunds",)


async def test_the_only_topic_of_a_team_is_not_taken_from_it(chamber: Chamber) -> None:
    reply = await chamber.does("/topics remove refunds")
    assert "Billing" in reply.text
    assert "look after everything" in reply.text
    assert len(chamber.live.settings.topics) == 2


async def test_a_topic_needs_words(chamber: Chamber) -> None:
    assert "needs words" in (await chamber.does("/topics set Empty ,;,")).text


SIZES = (
    "Which size fits me?",
    "What size should I take?",
    "Does this size run small?",
    "Is the size chart right?",
    "How do I choose a size?",
)


class Answering(EchoHandler):
    """Answers as if it had looked each question up."""

    @override
    async def customer_turn(self, turn: Turn, show: ShowDraft = unseen) -> Plan:
        plan = await super().customer_turn(turn, show)
        return replace(plan, receipt=replace(plan.receipt, decision=Decision.ANSWER))


async def test_a_found_topic_is_added_by_its_button(chamber: Chamber) -> None:
    assert "No new topics" in (await chamber.does("/topics discover")).text
    engine = build_engine(chamber.redis, RecordingAdapter(), Answering())
    for number, question in enumerate(SIZES * 2):
        message = a_message(question, conversation=a_conversation(f"c{number}"))
        await engine.inbox.accept(message)
        await engine.worker.serve(str(message.conversation))
    reply = await chamber.does("/topics discover")
    assert "questions: 10" in reply.text
    assert "Does this size run small" in reply.text
    (button,) = reply.buttons
    await chamber.presses(reply, button.label)
    added = chamber.live.settings.topics[-1]
    assert button.label == f"Add {added.name}"
    assert any("siz" in word for word in added.words)
    assert "no longer" in (await chamber.does("/topics discover Nothing")).text
