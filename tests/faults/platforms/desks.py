"""The platforms as desks: each at its own pace, which is quickened so that a run takes no half hour."""

from dataclasses import replace
from typing import Any

from typing_extensions import override

from adapters.slack.sending import Pace as SlackPace
from adapters.telegram import Pace as TelegramPace
from tests.faults.platforms.discord import Discord
from tests.faults.platforms.meter import Allowance
from tests.faults.platforms.sites import Site
from tests.faults.platforms.slack import Slack
from tests.faults.platforms.telegram import Telegram

QUICKENED = 40


class QuickSlack(Slack):
    """Slack's own pace, quickened."""

    @property
    @override
    def settings(self) -> dict[str, Any]:
        return super().settings | {"pace": SlackPace(a_second=float(QUICKENED))}

    def allowed(self) -> Allowance:
        """See ``Limited``."""
        return Allowance(rate=float(QUICKENED), burst=SlackPace().at_once)

    def asked_for(self) -> int:
        """See ``Limited``."""
        desk = self.stage.channel.channel_id
        return sum(call["channel"] == desk for call in self.server.asked("chat.postMessage"))


class QuickTelegram(Telegram):
    """Telegram's own pace in groups, quickened; what customers read is not held up."""

    @property
    @override
    def settings(self) -> dict[str, Any]:
        usual = TelegramPace()
        pace = replace(
            usual, group=usual.group * QUICKENED, overall=1e6, private=1e6, private_burst=100
        )
        return super().settings | {"pace": pace}

    def allowed(self) -> Allowance:
        """See ``Limited``."""
        usual = TelegramPace()
        return Allowance(rate=usual.group * QUICKENED, burst=usual.group_burst)

    def asked_for(self) -> int:
        """See ``Limited``."""
        desk = self.stage.channel.channel_id
        return sum(str(call["chat_id"]) == desk for call in self.server.called("sendMessage"))


DESKS: tuple[type[Site], ...] = (QuickSlack, Discord, QuickTelegram)
