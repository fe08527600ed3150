"""The set-up guides, followed to the letter with the real command line up to an answered question."""

import asyncio
import re
import time
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import cast

import pytest

from bot.vocabulary.messages import ConversationRef, Platform
from tests.flows.following import Follower, follow, guide_of, prepare
from tests.flows.installation import eventually, sees
from tests.platforms.opening import PLATFORMS, open_stage
from tests.platforms.slack.server import SECRET as SIGNING_SECRET
from tests.platforms.slack.stage import SlackStage
from tests.platforms.stage import Stage
from tests.platforms.telegram.stage import TelegramStage
from tests.test_docs import SETTINGS

QUESTION = "How long does delivery take?"
ANSWER = "working days"
PREFIXES = {Platform.SLACK: "!", Platform.DISCORD: "!"}
"""How agents write a command as words, in the guides."""

pytestmark = pytest.mark.processes


@pytest.fixture
async def slack() -> AsyncGenerator[SlackStage]:
    async with open_stage(Platform.SLACK) as stage:
        yield cast("SlackStage", stage)


@pytest.fixture
async def telegram() -> AsyncGenerator[TelegramStage]:
    async with open_stage(Platform.TELEGRAM) as stage:
        yield cast("TelegramStage", stage)


async def nothing_is_wrong(follower: Follower) -> None:
    code, said = await follower.call("doctor")
    assert code == 0, said
    assert "✗" not in said


async def it_answers(stage: Stage) -> None:
    """The guide's *hi*, then a question."""
    here = stage.conversation
    await stage.write(here, "hi")
    await answered(stage, 1)
    await stage.write(here, QUESTION)
    await sees(stage, here, ANSWER)


async def answered(stage: Stage, times: int) -> None:
    deadline = time.monotonic() + 30
    while len([it for it in stage.seen(stage.conversation) if it.by_relevo]) < times:
        assert time.monotonic() < deadline, "no answer"
        await asyncio.sleep(0.02)


async def a_case_goes_to_the_desk_and_back(stage: Stage, prefix: str) -> None:
    """With scopes, permissions and rights of the guide alone: thread, claim, reply, file, resolve."""
    here = stage.conversation
    await stage.write(here, "I want to talk to a human")
    await eventually(stage.threads, "a thread for the case")
    [thread] = stage.threads()
    await pressed(stage, thread, "case:claim")
    await sees(stage, thread, "has taken this case")
    await stage.write(here, "this pan", files=[("pan.txt", b"a pan")])
    await eventually(lambda: _has_file(stage, thread), "the customer's file in the case")
    await stage.write(thread, f"{prefix}reply A new one is on its way.", who=stage.agent)
    await sees(stage, here, "A new one is on its way.")
    await pressed(stage, thread, "case:resolve")
    await sees(stage, here, "has marked this as solved")


async def pressed(stage: Stage, place: ConversationRef, action: str) -> None:
    def there() -> list[str]:
        return [item.id for item in stage.seen(place) if action in item.actions]

    await eventually(there, f"a button {action}")
    await stage.press(place, there()[-1], action, who=stage.agent)


def _has_file(stage: Stage, place: ConversationRef) -> bool:
    files = [file for item in stage.seen(place) if item.by_relevo for file in item.files]
    return ("pan.txt", b"a pan") in files


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_followed_to_the_letter_a_question_is_answered(
    platform: Platform, tmp_path: Path
) -> None:
    guide = guide_of(platform)
    assert guide.commands == ["doctor", "run"], "the steps name both, in this order"
    assert "*hi*" in guide.set_up
    async with open_stage(platform) as stage:
        prepare(stage, guide)
        follower = follow(guide, stage, tmp_path)
        await nothing_is_wrong(follower)
        async with follower.running():
            await asyncio.wait_for(stage.ready(), 30)
            await it_answers(stage)
            await nothing_is_wrong(follower)
            await a_case_goes_to_the_desk_and_back(stage, PREFIXES.get(platform, "/"))
        assert stage.pings() == stage.unfurls() == 0


async def test_slack_over_http_works_as_the_guide_says(slack: SlackStage, tmp_path: Path) -> None:
    guide = guide_of(Platform.SLACK)
    section = guide.sections["## Without a socket"]
    assert "leave the app token out" in section
    assert set(re.findall(r"`(RELEVO_\w+)`", section)) == {"RELEVO_SLACK__SIGNING_SECRET"}
    [path] = set(re.findall(r"https://your\.host(/[\w/]+)", section))
    token = guide.variables()["RELEVO_SLACK__BOT_TOKEN"]
    prepare(slack, guide)
    follower = follow(
        guide,
        slack,
        tmp_path,
        instead={
            "RELEVO_SLACK__BOT_TOKEN": token,
            "RELEVO_SLACK__SIGNING_SECRET": SIGNING_SECRET,
        },
    )
    await nothing_is_wrong(follower)
    async with follower.running():
        await listening(follower)
        slack.server.events_url = f"http://127.0.0.1:{follower.port}{path}"
        await it_answers(slack)


async def test_telegrams_webhook_works_as_the_guide_says(
    telegram: TelegramStage, tmp_path: Path
) -> None:
    guide, stage = guide_of(Platform.TELEGRAM), cast("Stage", telegram)
    webhook = guide.variables("## By webhook instead")
    [path] = re.findall(r"`(/[\w/]+)`", guide.sections["## By webhook instead"])
    prepare(stage, guide)
    more = {"RELEVO_TELEGRAM__WEBHOOK_SECRET": "made-up_by-us-0123456789"}
    follower = follow(guide, stage, tmp_path, instead=guide.variables() | webhook | more)
    await nothing_is_wrong(follower)
    server = telegram.server
    async with follower.running():
        await asyncio.wait_for(server.until_called("setWebhook"), 30)
        assert server.webhook["url"] == webhook["RELEVO_TELEGRAM__WEBHOOK_URL"] + path
        server.webhook["url"] = f"http://127.0.0.1:{follower.port}{path}"
        await listening(follower)
        for text in ("hi", QUESTION):
            await telegram.write(telegram.conversation, text)
            assert await server.deliver(server.updates.pop()) == 200
        await sees(stage, telegram.conversation, ANSWER)


async def listening(follower: Follower) -> None:
    """Wait until the HTTP edge takes calls."""
    deadline = time.monotonic() + 30
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", follower.port)
        except OSError:
            assert time.monotonic() < deadline, "nobody listens"
            await asyncio.sleep(0.05)
        else:
            writer.close()
            await writer.wait_closed()
            return


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_setting_that_a_guide_names_exists(platform: Platform) -> None:
    names = {setting.name for setting in SETTINGS}
    sections = "|".join(sorted({name.partition(".")[0] for name in names if "." in name}))
    text = guide_of(platform).text
    variables = set(re.findall(r"RELEVO_\w+", text))
    assert variables <= {setting.variable for setting in SETTINGS}
    assert any(variable.startswith(f"RELEVO_{platform.upper()}__") for variable in variables)
    assert set(re.findall(rf"`((?:{sections})\.[a-z_]+)`", text)) <= names
