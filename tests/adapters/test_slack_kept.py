"""What Slack's adapter remembers in the store is never more than so much, however long Relevo runs."""

import pytest
from redis.asyncio import Redis

from adapters.slack import drafts, marks, people, places, sessions, writers
from adapters.slack.adapter import TITLES, TITLES_KEPT
from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.messages import Platform
from bot.vocabulary.tools import AdapterStore
from tests.contracts.kit import says
from tests.platforms.slack.stage import DESK, DIRECT, place
from tests.platforms.slack.under_test import slack
from tests.tools import adapter_tools


@pytest.fixture
def store(redis_client: Redis) -> AdapterStore:
    return adapter_tools(redis_client, Platform.SLACK).store


SECTIONS = {
    TITLES: (TITLES_KEPT, "C1:{}.0", "A case"),
    marks.SECTION: (marks.KEPT, "C1:{}.0", "eyes"),
    people.SECTION: (people.KEPT, "U{}", '{{"at": {}.0}}'),
    places.SECTION: (places.KEPT, "C1:{}.0", "{}.0"),
    writers.SECTION: (writers.KEPT, "C1:{}.0", "U1 T1 {}.0"),
    drafts.SECTION: (drafts.KEPT, "key{}", "stream {}.0"),
    sessions.TITLED: (sessions.KEPT, "C1:{}.0", "1"),
    sessions.AT_WORK: (sessions.KEPT, "C1:{}.0", "1"),
}


async def test_each_section_is_kept_small(redis_client: Redis, store: AdapterStore) -> None:
    for section, (most, field, value) in SECTIONS.items():
        fields = {field.format(n): value.format(n) for n in range(1, most + 500)}
        await store.put(section, fields)
    async with slack(redis_client, draft_seconds=0.0) as platform:
        adapter, stage = platform.adapter, platform.stage
        opened = await adapter.open_thread(place(DESK), "A case", says("Card."), key="k0")
        await adapter.mark_thread(opened.conversation, CaseStatus.CLAIMED)
        here = place(DIRECT, stage.post(place(DIRECT), "Hello")["ts"])
        await stage.write(here, "Where is it?")
        await adapter.typing(here)
        await adapter.preview(here, "It is in ", key="k1")
        for _ in range(200):
            if platform.server.asked("assistant.threads.setTitle"):
                break
            await platform.settle()
        sizes = {section: len(await store.read(section)) for section in SECTIONS}
        await adapter.send(here, says("It is here."), key="k1")
    assert {name: size for name, size in sizes.items() if size > SECTIONS[name][0]} == {}
