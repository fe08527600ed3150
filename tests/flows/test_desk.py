"""The desk over the real engine: undo, changes, files, thumbs, and who may act."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo

import pytest
from redis.asyncio import Redis
from typing_extensions import override

from bot.texts import say
from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.conversations import OwnerKind, Speaker
from bot.vocabulary.messages import Attachment, Author, MessageKind, Platform
from handoff.aftercare import Aftercare
from handoff.desk.chat import ChatDesk
from tests.builders import a_message, a_press, an_agent
from tests.engine_kit import ADMIN
from tests.fakes import ScriptedKnowledge
from tests.flows.kit import Flow

WINDOW = 0.4


@pytest.fixture
async def flow(redis_client: Redis) -> Flow:
    """A customer whose case Ana has, on a desk with a short undo window; the next one is a new case."""
    answers = {"pan": [("p1", "Heat it to 200 °C.", 0.9)]}
    flow = Flow(
        redis=redis_client,
        knowledge=ScriptedKnowledge(answers=answers),
        chat_desk=ChatDesk(
            language="en", undo_seconds=WINDOW, aftercare=Aftercare(reopen_hours=-24)
        ),
    )
    await flow.write("agent please")
    await flow.agent("/claim")
    return flow


async def shown(flow: Flow, condition: Callable[[list[str]], bool]) -> list[str]:
    """Let lanes run until the customer sees what is expected."""
    async with asyncio.timeout(5):
        while not condition(flow.adapter.texts(flow.customer)):
            await flow.deliver()
            await asyncio.sleep(0.02)
    return flow.adapter.texts(flow.customer)


def let_clock_be_wrong(patch: pytest.MonkeyPatch, hours: int) -> None:
    """Let this process's worker read another time than the server."""

    class Wrong(datetime):
        @override
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) + timedelta(hours=hours)

    real = time.time
    patch.setattr(time, "time", lambda: real() + hours * 3600)
    for place in ("bot.engine.worker", "handoff.desk.chat", "handoff.saying.plans"):
        patch.setattr(f"{place}.datetime", Wrong)


async def replies(flow: Flow) -> list[str]:
    history = (await flow.conversation()).history
    return [line.text for line in history if line.speaker is Speaker.AGENT]


async def test_a_reply_waits_for_its_window(flow: Flow) -> None:
    held = say("handoff.held_desk", "en", seconds=r"0\.4")
    assert await flow.agent("/reply on its way") == [held]
    assert "on its way" not in flow.adapter.texts(flow.customer)
    await shown(flow, lambda texts: texts[-1] == "on its way")
    assert flow.desk().count(held) == 1


async def test_undo_in_time_lets_nothing_out(flow: Flow) -> None:
    await flow.agent("/reply wrong customer")
    button = flow.seen_by_agents()[-1].buttons[0].action
    assert await flow.agent(button) == [say("handoff.undone_desk", "en")]
    assert await flow.agent(button) == [say("handoff.nothing_to_undo_desk", "en")]
    await flow.agent("/reply right words")
    texts = await shown(flow, lambda texts: texts[-1] == "right words")
    assert "wrong customer" not in texts
    assert await replies(flow) == ["right words"]


@pytest.mark.parametrize("hours", [-3, 3])
async def test_no_clock_of_the_platform_moves_the_window(flow: Flow, hours: int) -> None:
    skewed = datetime.now(UTC) + timedelta(hours=hours)
    await flow.agent("/reply wrong customer", sent_at=skewed)
    button = flow.seen_by_agents()[-1].buttons[0].action
    assert await flow.agent(button, sent_at=skewed) == [say("handoff.undone_desk", "en")]
    await flow.agent("/reply right words", sent_at=skewed)
    assert "right words" not in await shown(flow, lambda _: True)
    texts = await shown(flow, lambda texts: texts[-1] == "right words")
    assert "wrong customer" not in texts
    late = await flow.agent("/undo", sent_at=skewed)
    assert late == [say("handoff.undone_late_desk", "en")]


async def test_a_worker_whose_clock_is_wrong_neither_shortens_nor_prolongs_the_window(
    flow: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server's clock alone begins and ends it."""
    for hours in (-3, 3):
        with monkeypatch.context() as wrong:
            let_clock_be_wrong(wrong, hours)
            await flow.agent(f"/reply after {hours}")
        assert f"after {hours}" not in await shown(flow, lambda _: True)
        await shown(flow, lambda texts, hours=hours: texts[-1] == f"after {hours}")


@pytest.mark.parametrize("hours", [-3, 3])
async def test_a_worker_whose_clock_is_wrong_lets_nothing_untrue_be_said_of_the_window(
    flow: Flow, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    async def reply_elsewhere(words: str) -> None:
        with monkeypatch.context() as wrong:
            let_clock_be_wrong(wrong, hours)
            await flow.agent(f"/reply {words}")

    await reply_elsewhere("wrong customer")
    assert await flow.agent("/undo") == [say("handoff.undone_desk", "en")]
    await reply_elsewhere("right words")
    await shown(flow, lambda texts: texts[-1] == "right words")
    assert await flow.agent("/undo") == [say("handoff.undone_late_desk", "en")]


@pytest.mark.parametrize("hours", [-3, 3])
async def test_a_case_that_was_opened_by_a_wrong_clock_knows_its_own_replies(
    flow: Flow, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    await flow.agent("/reply of the first case")
    await shown(flow, lambda texts: texts[-1] == "of the first case")
    await flow.agent("/resolve")
    with monkeypatch.context() as wrong:
        let_clock_be_wrong(wrong, hours)
        await flow.write("agent please")
    await flow.agent("/claim")
    assert await flow.agent("/undo") == [say("handoff.nothing_to_undo_desk", "en")]
    await flow.agent("/reply wrong customer")
    assert await flow.agent("/undo") == [say("handoff.undone_desk", "en")]


async def test_an_edit_in_time_lets_only_the_new_words_out(flow: Flow) -> None:
    message = a_message("/reply 20 °C", conversation=flow.thread, author=an_agent())
    await flow.act(message)
    edited = replace(message, event_key="x", kind=MessageKind.EDITED, text="/reply 200 °C")
    assert await flow.act(edited) == [say("handoff.edited_desk", "en")]
    texts = await shown(flow, lambda texts: texts[-1] == "200 °C")
    assert "20 °C" not in texts
    assert flow.last().is_literal
    assert await replies(flow) == ["200 °C"]


async def test_an_edit_or_deletion_too_late_follows_to_the_customer(flow: Flow) -> None:
    message = a_message("/reply 20 °C", conversation=flow.thread, author=an_agent())
    await flow.act(message)
    await shown(flow, lambda texts: texts[-1] == "20 °C")
    edited = replace(message, event_key="x", kind=MessageKind.EDITED, text="/reply 200 °C")
    assert await flow.act(edited) == [say("handoff.edited_late_desk", "en")]
    await shown(flow, lambda texts: texts[-1] == "200 °C" and "20 °C" not in texts)
    deleted = replace(message, event_key="y", kind=MessageKind.DELETED, text="")
    assert await flow.act(deleted) == [say("handoff.undone_late_desk", "en")]
    await shown(flow, lambda texts: "200 °C" not in texts)
    assert await replies(flow) == []


async def test_another_agent_cannot_take_it_back(flow: Flow) -> None:
    await flow.agent("/reply on its way")
    button = flow.seen_by_agents()[-1].buttons[0].action
    refused = say("handoff.not_yours_desk", "en", agent="Ana")
    assert await flow.agent(button, name="Ben") == [refused]
    await shown(flow, lambda texts: texts[-1] == "on its way")


async def test_the_words_of_a_form_are_a_reply(flow: Flow) -> None:
    form = a_press("case:reply", conversation=flow.thread, author=an_agent(), id="card")
    await flow.act(replace(form, text="**written** in a form"))
    await shown(flow, lambda texts: texts[-1] == "**written** in a form")
    assert await flow.agent("case:reply") == [say("handoff.empty_reply_desk", "en", prefix="/")]


async def test_notes_follow_their_message(flow: Flow) -> None:
    note = a_message("she is upset", conversation=flow.thread, author=an_agent())
    await flow.act(note)
    await flow.act(replace(note, event_key="x", kind=MessageKind.EDITED, text="she is calm"))
    lines = (await flow.conversation()).history
    assert [line.text for line in lines if line.speaker is Speaker.NOTE] == ["she is calm"]
    await flow.act(replace(note, event_key="y", kind=MessageKind.DELETED, text=""))
    lines = (await flow.conversation()).history
    assert [line for line in lines if line.speaker is Speaker.NOTE] == []


async def test_the_same_id_on_two_platforms_is_two_messages(flow: Flow) -> None:
    await flow.arrive(a_message("mine", id="7", conversation=flow.customer))
    note = a_message("inside", id="7", conversation=flow.thread, author=an_agent())
    await flow.act(note)
    await flow.act(replace(note, event_key="x", kind=MessageKind.DELETED, text=""))
    assert "mine" in [line.text for line in (await flow.conversation()).history]


async def test_an_external_changes_nothing_in_the_thread(flow: Flow) -> None:
    guest = Author(user_id="ana", display_name="Ana", is_external=True)
    before = await flow.conversation()
    for text in ("/reply forged", "/resolve", "case:return", "!release"):
        said = await flow.agent(text, author=guest)
        assert said == [say("handoff.not_agent_desk", "en")]
    assert await flow.agent("plain talk", author=guest) == []
    after = await flow.conversation()
    assert (after.owner, after.case, after.history) == (before.owner, before.case, before.history)


async def test_files_go_both_ways(flow: Flow) -> None:
    flow.adapter.contents = {"f1": b"a photo", "f2": b"a label"}
    photo = Attachment(
        name="photo.png",
        content_type="image/png",
        size_bytes=7_000,
        platform=Platform.PLAYGROUND,
        file_id="f1",
    )
    await flow.arrive(a_message("look", conversation=flow.customer, attachments=(photo,)))
    assert flow.desk()[-1] == "look\n\n📎 photo.png (7 kB)"
    label = replace(photo, name="label.pdf", file_id="f2")
    await flow.agent("internal", attachments=(label,))
    await flow.agent("/reply", attachments=(label,))
    async with asyncio.timeout(5):
        while not flow.adapter.shown[-1].files:
            await flow.deliver()
            await asyncio.sleep(0.02)
    with_files = [item for item in flow.adapter.shown if item.files]
    passed = [(item.conversation, [file.content for file in item.files]) for item in with_files]
    assert passed == [(flow.thread, [b"a photo"]), (flow.customer, [b"a label"])]
    assert flow.last().text == "📎 label.pdf (7 kB)"


async def test_a_file_that_is_gone_is_named_all_the_same(flow: Flow) -> None:
    lost = Attachment(name="label.pdf", content_type="application/pdf", size_bytes=7_000)
    await flow.agent("/reply", attachments=(lost,))
    await shown(flow, lambda texts: texts[-1] == "📎 label.pdf (7 kB)\n⚠ label.pdf")


async def test_marks_follow_the_case(flow: Flow) -> None:
    await flow.agent("/release")
    await flow.agent("/claim")
    await flow.agent("/resolve")
    assert [status for _, status in flow.adapter.marks] == [
        CaseStatus.QUEUED,
        CaseStatus.CLAIMED,
        CaseStatus.QUEUED,
        CaseStatus.CLAIMED,
        CaseStatus.RESOLVED,
    ]
    assert {place for place, _ in flow.adapter.marks} == {flow.thread}


async def test_a_customers_thumb_is_news_to_the_desk_and_no_answer(flow: Flow) -> None:
    assert await flow.press("rate:down") == []
    assert flow.desk()[-1] == say("handoff.customer_rated_down", "en")
    assert (await flow.conversation()).owner.kind is OwnerKind.AGENT
    await flow.agent("/release")
    assert await flow.press("rate:up", id="another") == []
    assert flow.desk()[-1] == say("handoff.customer_rated_up", "en")


STRANGERS = {
    "member": Author(user_id="dani", display_name="Dani"),
    "external": Author(user_id="dani", display_name="Carla", is_external=True),
    "agent in the customers' channel": an_agent(),
}


@pytest.mark.parametrize("way", ["button", "words"])
@pytest.mark.parametrize("stranger", STRANGERS)
async def test_in_a_shared_conversation_nobody_else_ends_the_customers_case(
    flow: Flow, stranger: str, way: str
) -> None:
    before, fields = await flow.conversation(), {"conversation": flow.customer, "is_direct": False}
    build = a_press("bot", **fields) if way == "button" else a_message("/bot", **fields)
    said = await flow.arrive(replace(build, author=STRANGERS[stranger]))
    assert said == [say("conversation.only_their_case", "en")]
    after = await flow.conversation()
    assert (after.owner, after.case) == (before.owner, before.case)
    assert await flow.press("bot", is_direct=False) == [say("handoff.cancelled_customer", "en")]


async def test_an_admin_may_end_a_customers_case(flow: Flow) -> None:
    admin = Author(user_id=ADMIN, display_name="Root")
    said = await flow.press("bot", author=admin, is_direct=False)
    assert said == [say("handoff.cancelled_customer", "en")]


@pytest.mark.parametrize(
    "action", ["case:claim", "case:resolve", "case:return", "case:undo:m1", "ask:0", "made:up"]
)
async def test_customers_cannot_press_what_is_not_theirs(flow: Flow, action: str) -> None:
    before, shown_before = await flow.conversation(), len(flow.desk())
    assert await flow.press(action) == [say("conversation.stale_button", "en")]
    after = await flow.conversation()
    assert (after.owner, after.case) == (before.owner, before.case)
    assert len(flow.desk()) == shown_before


async def test_a_customer_who_asks_again_hears_that_people_have_it(flow: Flow) -> None:
    known = say("conversation.already_with_people", "en")
    assert await flow.press("human") == [known]
    assert await flow.write("/human") == [known]
    assert [button.action for button in flow.last().buttons] == ["bot"]
    assert await flow.write("/human it is urgent") == []
    assert flow.desk()[-1] == "/human it is urgent"


async def test_as_a_brand_no_name_is_shown(redis_client: Redis) -> None:
    desk = ChatDesk(language="en", undo_seconds=0, agents_as="brand", brand="Casa Lumbre")
    flow = Flow(redis=redis_client, knowledge=ScriptedKnowledge(), chat_desk=desk)
    await flow.write("agent please")
    for text in ("/claim", "/reply hi there", "/release", "/claim", "/resolve"):
        await flow.agent(text)
    seen = flow.seen_by_customer()
    assert "Casa Lumbre" in [message.speaker for message in seen]
    assert not any("Ana" in f"{message.text} {message.speaker}" for message in seen)


async def test_the_thread_never_says_in_time_when_it_was_not(flow: Flow) -> None:
    """Undo at moments around the end of the window, while lanes are delivered all the time."""
    verdicts: Counter[str] = Counter()
    for share in (0.6, 0.8, 0.95, 1.0, 1.05, 1.2):
        words = f"reply {share}"
        await flow.agent(f"/reply {words}")
        button = flow.seen_by_agents()[-1].buttons[0].action
        ends = asyncio.get_running_loop().time() + share * WINDOW
        was_seen = False
        while asyncio.get_running_loop().time() < ends:
            await flow.deliver()
            was_seen = was_seen or words in flow.adapter.texts(flow.customer)
            await asyncio.sleep(0.01)
        [said] = await flow.agent(button)
        in_time = said == say("handoff.undone_desk", "en")
        assert not (in_time and was_seen)
        verdicts["in time" if in_time else "late"] += 1
        await shown(flow, lambda texts, words=words: words not in texts)
    assert set(verdicts) == {"in time", "late"}
    assert await replies(flow) == []
