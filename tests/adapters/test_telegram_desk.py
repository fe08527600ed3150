"""The desk on Telegram: a group that is fit for it, topics that show their status, and the doctor."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.errors import ConfigurationError, ConnectionLostError, DeliveryError
from bot.vocabulary.messages import ConversationRef, OutgoingMessage, Platform
from bot.vocabulary.platforms import Finding, Health
from tests.platforms.telegram.server import Fault
from tests.platforms.telegram.stage import (
    SECRET,
    TelegramUnderTest,
    an_adapter,
    place,
    telegram,
)
from tests.platforms.telegram.world import CUSTOMER, GROUP, TOKEN, administrator
from tests.tools import adapter_tools

CARD = OutgoingMessage(text="The card.")


@pytest.fixture
async def there(redis_client: Redis) -> AsyncIterator[TelegramUnderTest]:
    async with telegram(redis_client) as under_test:
        yield under_test


def topic(there: TelegramUnderTest, thread: ConversationRef) -> dict[str, Any]:
    return there.server.world.topics[GROUP, int(thread.thread_id or 0)]


async def test_a_topic_shows_how_its_case_stands(there: TelegramUnderTest) -> None:
    opened = await there.adapter.open_thread(there.channel, "R-1 · Marta", CARD, key="k1")
    thread = opened.conversation
    shown = topic(there, thread)
    assert (shown["name"], shown["icon_custom_emoji_id"]) == ("R-1 · Marta", "icon-new")
    steps = [
        (CaseStatus.CLAIMED, "icon-eyes", False),
        (CaseStatus.QUEUED, "icon-new", False),
        (CaseStatus.RESOLVED, "icon-check", True),
        (CaseStatus.QUEUED, "icon-new", False),
        (CaseStatus.CLAIMED, "icon-eyes", False),
        (CaseStatus.SNOOZED, "icon-calendar", False),
        (CaseStatus.CLAIMED, "icon-eyes", False),
        (CaseStatus.QUEUED, "icon-new", False),
        (CaseStatus.EXPIRED, "icon-folder", True),
        (CaseStatus.CLAIMED, "icon-eyes", False),
    ]
    for status, icon, closed in steps:
        for _ in range(2):
            await there.adapter.mark_thread(thread, status)
        assert (shown["icon_custom_emoji_id"], shown["closed"]) == (icon, closed)


async def test_marking_costs_no_more_calls_than_it_needs(there: TelegramUnderTest) -> None:
    """A group has twenty calls a minute for all its topics."""
    opened = await there.adapter.open_thread(there.channel, "R-1", CARD, key="k1")
    there.server.calls.clear()
    for status in (CaseStatus.QUEUED, CaseStatus.CLAIMED, CaseStatus.CLAIMED, CaseStatus.RESOLVED):
        await there.adapter.mark_thread(opened.conversation, status)
    made = [method for method, _ in there.server.calls if method != "getUpdates"]
    assert made == ["editForumTopic", "editForumTopic", "closeForumTopic"]


async def test_marks_need_no_icons(there: TelegramUnderTest) -> None:
    there.server.faults["getForumTopicIconStickers"].extend([Fault(status=500)] * 2)
    opened = await there.adapter.open_thread(there.channel, "R-1", CARD, key="k1")
    await there.adapter.mark_thread(opened.conversation, CaseStatus.RESOLVED)
    assert topic(there, opened.conversation)["closed"]


async def test_a_mark_on_a_topic_that_is_gone_is_an_error(
    there: TelegramUnderTest, redis_client: Redis
) -> None:
    opened = await there.adapter.open_thread(there.channel, "R-1", CARD, key="k1")
    del there.server.world.topics[GROUP, int(opened.conversation.thread_id or 0)]
    for _ in range(2):
        with pytest.raises(DeliveryError) as gone:
            await there.adapter.mark_thread(opened.conversation, CaseStatus.CLAIMED)
        assert gone.value.thread_gone
    store = adapter_tools(redis_client, Platform.TELEGRAM).store
    assert await store.read("marks") == {}, "nothing is kept of it"


async def test_an_odd_answer_to_a_topic_opens_it_again(there: TelegramUnderTest) -> None:
    odd = Fault(kind="garbage", body='{"ok": true, "result": [true]}')
    there.server.faults["createForumTopic"].append(odd)
    with pytest.raises(ConnectionLostError):
        await there.adapter.open_thread(there.channel, "R-1", CARD, key="k1")
    opened = await there.adapter.open_thread(there.channel, "R-1", CARD, key="k1")
    assert topic(there, opened.conversation)["name"] == "R-1"


async def test_no_topic_is_opened_in_a_private_chat(there: TelegramUnderTest) -> None:
    with pytest.raises(DeliveryError, match="no threads"):
        await there.adapter.open_thread(place(CUSTOMER), "R-1", CARD, key="k1")


@pytest.mark.parametrize("setting", [str(GROUP), str(GROUP).removeprefix("-100")])
async def test_a_fit_group_is_found(there: TelegramUnderTest, setting: str) -> None:
    assert await there.adapter.locate(setting) == there.channel


UNFIT: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "no_topics": ({"is_forum": False}, {}, "no topics"),
    "basic_group": ({"type": "group"}, {}, "no topics"),
    "public": ({"username": "our_desk"}, {}, "strangers"),
    "linked": ({"linked_chat_id": -1005}, {}, "strangers"),
    "no_admin": ({}, {"status": "member", "user": administrator()["user"]}, "no administrator"),
    "no_right": ({}, administrator(can_manage_topics=False), "may not manage topics"),
}


def make_unfit(there: TelegramUnderTest, name: str) -> str:
    group, member, words = UNFIT[name]
    there.server.world.chats[GROUP] |= group
    if not there.server.world.chats[GROUP]["is_forum"]:
        del there.server.world.chats[GROUP]["is_forum"]
    if member:
        there.server.world.member = member
    return words


@pytest.mark.parametrize("name", UNFIT)
async def test_an_unfit_group_is_refused_with_the_cure(there: TelegramUnderTest, name: str) -> None:
    words = make_unfit(there, name)
    with pytest.raises(ConfigurationError, match=words):
        await there.adapter.locate(str(GROUP))


@pytest.mark.parametrize("setting", ["-1009999", "not-a-number", "", "@our_desk"])
async def test_what_is_no_group_is_refused(there: TelegramUnderTest, setting: str) -> None:
    with pytest.raises(ConfigurationError, match=r"desk\.channel"):
        await there.adapter.locate(setting)


async def test_a_group_that_moved_is_named_by_its_new_id(there: TelegramUnderTest) -> None:
    there.server.world.moved[-77] = GROUP
    with pytest.raises(ConfigurationError, match=f"telegram:{GROUP}"):
        await there.adapter.locate("-77")


async def test_telegram_away_is_no_fault_of_the_settings(there: TelegramUnderTest) -> None:
    there.server.faults["getChat"].append(Fault(status=502))
    with pytest.raises(ConnectionLostError):
        await there.adapter.locate(str(GROUP))


# The doctor

TROUBLE = [Fault(status=502), Fault(kind="drop_before"), Fault(kind="garbage")]


def ailing(findings: object) -> list[tuple[str, Health]]:
    assert isinstance(findings, list)
    return [
        (finding.subject, finding.health)
        for finding in findings  # pyright: ignore[reportUnknownVariableType]
        if isinstance(finding, Finding) and finding.health is not Health.GOOD
    ]


@pytest.mark.parametrize(
    ("allowed", "found"),
    [
        ([{"type": "emoji", "emoji": "👌"}], []),
        ([{"type": "emoji", "emoji": "🔥"}], [("desk signs", Health.WARNING)]),
        ([], [("desk signs", Health.WARNING)]),
        ([{"type": "custom_emoji", "custom_emoji_id": "5"}], [("desk signs", Health.WARNING)]),
        (None, []),
    ],
)
async def test_a_group_that_takes_no_signs_is_named(
    there: TelegramUnderTest, allowed: object, found: list[tuple[str, Health]]
) -> None:
    if allowed is not None:
        there.server.world.chats[GROUP]["available_reactions"] = allowed
    await there.adapter.locate(str(GROUP))
    assert ailing(await there.adapter.diagnose())[1:] == found, "privacy mode is on"


async def test_a_good_installation_is_called_good(there: TelegramUnderTest) -> None:
    await there.adapter.locate(str(GROUP))
    findings = await there.adapter.diagnose()
    assert [finding.subject for finding in findings] == [
        "token",
        "groups",
        "polling",
        "desk",
    ]
    assert ailing(findings) == [("groups", Health.WARNING)], "privacy mode is on"
    assert all(TOKEN not in finding.text for finding in findings)


async def test_a_bad_token_is_all_that_is_said(
    there: TelegramUnderTest, redis_client: Redis
) -> None:
    adapter = an_adapter(there.stage, redis_client, token=TOKEN.replace("test", "fake"))
    assert ailing(await adapter.diagnose()) == [("token", Health.BROKEN)]
    await adapter.close()


async def test_telegram_out_of_reach(there: TelegramUnderTest, redis_client: Redis) -> None:
    adapter = an_adapter(there.stage, redis_client, api_url="http://127.0.0.1:9")
    [finding] = await adapter.diagnose()
    assert (finding.health, "network" in finding.text) == (Health.BROKEN, True)
    await adapter.close()


async def test_a_webhook_in_the_way_of_polling(there: TelegramUnderTest) -> None:
    there.server.webhook = {"url": "https://other.example/hook"}
    assert ("polling", Health.WARNING) in ailing(await there.adapter.diagnose())


@pytest.mark.parametrize(
    ("webhook", "words"),
    [
        ({}, "No webhook is set yet"),
        ({"url": "https://other.example"}, "another address"),
        (
            {
                "url": "https://bot.example/telegram/webhook",
                "info": {"last_error_message": "Connection refused", "last_error_date": 1},
            },
            "Connection refused",
        ),
    ],
)
async def test_a_webhook_that_does_not_work(
    there: TelegramUnderTest, redis_client: Redis, webhook: dict[str, Any], words: str
) -> None:
    there.server.webhook = webhook
    adapter = an_adapter(
        there.stage, redis_client, webhook_url="https://bot.example", webhook_secret=SECRET
    )
    texts = [finding.text for finding in await adapter.diagnose()]
    await adapter.close()
    assert any(words in text for text in texts)


@pytest.mark.parametrize("name", UNFIT)
async def test_an_unfit_desk_is_named(there: TelegramUnderTest, name: str) -> None:
    words = make_unfit(there, name)
    with pytest.raises(ConfigurationError):
        await there.adapter.locate(str(GROUP))
    found = {finding.subject: finding for finding in await there.adapter.diagnose()}
    assert found["desk"].health is Health.BROKEN
    assert words in found["desk"].text


@pytest.mark.parametrize("method", ["getChat", "getChatMember"])
@pytest.mark.parametrize("fault", TROUBLE, ids=lambda fault: fault.kind)
async def test_a_desk_that_could_not_be_looked_at_is_not_called_good(
    there: TelegramUnderTest, method: str, fault: Fault
) -> None:
    await there.adapter.locate(str(GROUP))
    there.server.faults[method].append(fault)
    findings = await there.adapter.diagnose()
    assert [finding.subject for finding in findings] == ["token", "groups", "polling", "desk"]
    assert ("desk", Health.BROKEN) in ailing(findings)


UNTOLD: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"id": GROUP}, {}),
    ({}, {"status": "administrator", "user": administrator()["user"]}),
    ({}, {"user": administrator()["user"]}),
]


@pytest.mark.parametrize(("chat", "member"), UNTOLD)
async def test_a_desk_of_which_telegram_tells_nothing_is_not_called_good(
    there: TelegramUnderTest, monkeypatch: pytest.MonkeyPatch, chat: Any, member: Any
) -> None:
    """A Bot API server of one's own may be older than topics, and leave fields out."""
    monkeypatch.setattr("tests.platforms.telegram.server.RETURNS", {})
    there.server.world.chats[GROUP] = chat or there.server.world.chats[GROUP]
    there.server.world.member = member or there.server.world.member
    await there.adapter.locate(str(GROUP))
    assert ("desk", Health.WARNING) in ailing(await there.adapter.diagnose())


@pytest.mark.parametrize("method", ["getMe", "getWebhookInfo", "getChat", "getChatMember"])
@pytest.mark.parametrize("result", ["null", "true", "{}", "[]", "5", '{"id": "x"}', '{"url": []}'])
async def test_odd_answers_are_findings_too(
    there: TelegramUnderTest, method: str, result: str
) -> None:
    """What a proxy in between may make of an answer: JSON, but not what was asked for."""
    await there.adapter.locate(str(GROUP))
    odd = Fault(kind="garbage", body=f'{{"ok": true, "result": {result}}}')
    there.server.faults[method].append(odd)
    subjects = {subject for subject, _ in ailing(await there.adapter.diagnose())}
    assert subjects & {"token", "polling", "desk"}


async def test_the_doctor_never_raises(there: TelegramUnderTest) -> None:
    await there.adapter.locate(str(GROUP))
    for method in ("getMe", "getWebhookInfo", "getChat", "getChatMember"):
        for fault in (Fault(status=500), Fault(kind="drop_before"), Fault(status=429)):
            there.server.faults[method].append(fault)
            assert ailing(await there.adapter.diagnose())
