"""An admin, what a core offers them, and forms as they open."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.vocabulary.messages import IncomingMessage
from bot.vocabulary.standing import CompletionRequest
from tests.platforms.slack.server import Delivered
from tests.platforms.slack.stage import place
from tests.platforms.slack.under_test import SlackUnderTest
from tests.platforms.stage import Someone

CHANNEL = "C0PUBLIC01"
ADMIN = Someone(user_id="U0ADMIN001", name="Alba")
THEIRS = place("D0ADMIN001")
"""The direct conversation of the admin and the bot, once it is open."""


@dataclass
class Offers:
    """A core that completes for the admin alone; ``asked`` is what it was asked."""

    values: Sequence[str] = ("Billing", "Shipping")
    after: float = 0.0
    asked: list[CompletionRequest] = field(default_factory=list[CompletionRequest])

    async def complete(self, request: CompletionRequest) -> Sequence[str]:
        self.asked.append(request)
        await asyncio.sleep(self.after)
        if request.author.user_id != ADMIN.user_id:
            return ()
        return [it for it in self.values if it.lower().startswith(request.typed.lower())]


def last(platform: SlackUnderTest) -> IncomingMessage:
    return platform.intake.handed[-1]


async def notes(platform: SlackUnderTest, number: int) -> list[dict[str, str]]:
    """Wait for what people are told where they are, nobody else seeing it."""
    async with asyncio.timeout(3):
        while len(platform.server.workspace.notes) < number:  # noqa: ASYNC110 - sent afterwards
            await asyncio.sleep(0.01)
    return platform.server.workspace.notes


async def typed(platform: SlackUnderTest, text: str, where: str = CHANNEL) -> Delivered:
    """The admin writes ``/relevo`` and some words."""
    return await platform.stage.command(place(where), text, who=ADMIN)


async def opened(platform: SlackUnderTest, text: str, where: str = CHANNEL) -> dict[str, Any]:
    """The form that opens when the admin writes ``/relevo`` and some words."""
    before = set(platform.server.workspace.views)
    assert (await typed(platform, text, where)).acknowledged
    [view] = [it for id_, it in platform.server.workspace.views.items() if id_ not in before]
    return view


async def sent(
    platform: SlackUnderTest, view: dict[str, Any], values: dict[str, str], who: Someone = ADMIN
) -> Delivered:
    body = platform.stage.filled_form(view, values, who)
    return await platform.server.tell("interactive", body)
