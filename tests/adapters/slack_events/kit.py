"""A channel and another person in it, what Slack tells, and what the core has."""

from typing import Any

from bot.vocabulary.messages import IncomingMessage
from tests.platforms.slack.under_test import SlackUnderTest
from tests.platforms.stage import Someone

CHANNEL = "C0PUBLIC01"

OTHER = Someone(user_id="U0OTHER001", name="Ben")


def last(platform: SlackUnderTest) -> IncomingMessage:
    return platform.intake.handed[-1]


def texts(platform: SlackUnderTest) -> list[str]:
    return [message.text for message in platform.intake.handed]


async def tell(platform: SlackUnderTest, event: dict[str, Any], **envelope: Any) -> bool:
    body = {**platform.server.event(event), **envelope}
    return (await platform.server.tell("events_api", body)).acknowledged
