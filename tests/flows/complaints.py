"""Everything that is spoilt in an installation, with what the doctor has to say of it.

The tests and ``python -m benchmarks doctor`` go through the same list.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from typing_extensions import override

from tests.flows.consulting import NOBODY, Patient
from tests.flows.spoiling import (
    another_webhook,
    archived,
    closed_forum,
    desk_in_voice,
    evicting,
    file,
    forgetful,
    no_administrator,
    no_documents,
    no_intent,
    not_invited,
    on_telegram,
    overdue,
    put,
    someone_elses_webhook,
    unset,
    without_scope,
)

Row = tuple[Callable[[Patient], object], str, str]
"""What spoils it; "subject: cause" and the cure, both in the doctor's words."""

BROKEN: Mapping[str, Row] = {
    "wrong Slack bot token": (
        put(SLACK__BOT_TOKEN="xoxb-of-somebody-else"),  # noqa: S106
        "slack token: does not accept the token",
        "copy it again from the app's page (slack.bot_token)",
    ),
    "wrong Slack app token": (
        put(SLACK__APP_TOKEN="xapp-of-somebody-else"),  # noqa: S106
        "slack connection: does not accept the token",
        "copy it again from the app's page (slack.app_token)",
    ),
    "a Slack scope is missing": (
        without_scope("reactions:write"),
        "slack scope reactions:write: Missing, needed to mark how a case stands",
        "add it on the app's page under OAuth & Permissions and install the app again",
    ),
    "neither Slack app token nor signing secret": (
        unset("SLACK__APP_TOKEN"),
        "slack: needs slack.app_token (Socket Mode) or slack.signing_secret (HTTP)",
        "set one",
    ),
    "the bot is not in the desk's Slack channel": (
        not_invited,
        "desk: does not have the bot as a member",
        "write /invite and its name there",
    ),
    "the desk's Slack channel is archived": (
        archived,
        "desk: is archived",
        "restore it or name another",
    ),
    "Slack can't be reached": (
        put(SLACK__API_URL="http://127.0.0.1:1/api/"),
        "slack token: Slack can't be reached",
        "check the network, proxy and slack.api_url",
    ),
    "wrong Discord token": (
        put(DISCORD__TOKEN="of.somebody.else"),  # noqa: S106
        "discord token: Discord does not know this bot",
        "put a valid token in RELEVO_DISCORD__TOKEN",
    ),
    "the desk's Discord channel has no threads": (
        desk_in_voice,
        "desk: names a Discord channel without threads",
        "set the id of a forum",
    ),
    "the desk's Discord channel does not exist": (
        put(DESK__CHANNEL="discord:999"),
        "desk: names a Discord channel that the bot can't see",
        "set the id of a forum and let the bot's role view it",
    ),
    "the Discord bot lacks a permission in the desk's forum": (
        closed_forum,
        "discord desk: The bot's role lacks permissions",
        "allow send messages in threads",
    ),
    "wrong Telegram token": (
        put(TELEGRAM__TOKEN="4711001:AAof-somebody-else_0123456789abcdef"),  # noqa: S106
        "telegram token: does not accept the bot's token",
        "copy it anew from @BotFather (telegram.token)",
    ),
    "a Telegram token that is none": (
        put(TELEGRAM__TOKEN="relevo_bot-and-not-its-token"),  # noqa: S106
        "telegram: telegram.token is no bot token",
        "copy it from @BotFather",
    ),
    "the desk's Telegram group has no topics": (
        on_telegram(lambda group: group.pop("is_forum")),
        "desk: it has no topics",
        "Turn on Topics in the group's settings",
    ),
    "the desk's Telegram group is public": (
        on_telegram(lambda group: group.update(username="everybody")),
        "desk: strangers can write in it",
        "Make the group private",
    ),
    "the bot is no administrator of the desk's Telegram group": (
        no_administrator,
        "desk: the bot is no administrator there",
        "Make it one that may manage topics",
    ),
    "a Telegram webhook without secret": (
        put(TELEGRAM__WEBHOOK_URL="https://support.example.com"),
        "telegram: telegram.webhook_url needs telegram.webhook_secret",
        "set it to 1–256 letters, digits, _ or -",
    ),
    "Redis can't be reached": (
        put(REDIS__URL=NOBODY),
        "redis: Redis can't be reached",
        "start it, or correct redis.url",
    ),
    "Redis throws keys away": (
        evicting,
        "redis: throws conversations away when its memory is full (maxmemory-policy allkeys-lru)",
        "set maxmemory-policy noeviction",
    ),
    "Redis keeps nothing on disk": (
        forgetful,
        "redis: would lose what it acknowledged when it restarts (appendonly no)",
        "set appendonly yes",
    ),
    "no platform": (
        unset("SLACK", "DISCORD", "TELEGRAM"),
        "platforms: No platform is set up",
        "set slack.bot_token, discord.token or telegram.token",
    ),
    "the desk's platform is not set up": (
        unset("SLACK"),
        "desk: desk.channel is on slack, which is not set up",
        "set its token, or choose a channel on another platform",
    ),
    "no desk": (
        unset("DESK"),
        "desk: desk.channel is not set, so nobody could be handed over to a person",
        "set it to a channel of your agents",
    ),
}
"""What has to be put right: the doctor ends with 1."""

WARNINGS: Mapping[str, Row] = {
    "Discord without the message-content intent": (
        no_intent,
        "discord intents: Without the message-content intent the bot reads direct messages, mentions",
        "switch the intent on in the developer portal to let people write freely",
    ),
    "another program has set a Telegram webhook": (
        someone_elses_webhook,
        "telegram polling: A webhook is set for this bot",
        "`relevo run` removes it",
    ),
    "the Telegram webhook is set elsewhere": (
        another_webhook,
        "telegram webhook: Telegram calls another address",
        "`relevo run` sets the right one",
    ),
    "no documents": (
        no_documents,
        "knowledge: There are no documents, so every question goes to a person",
        "relevo kb add FOLDER",
    ),
    "a document is due for review": (
        overdue,
        "knowledge: The review date of 1 of",
        "relevo kb list --overdue",
    ),
}
"""What works, but not as it should: the doctor ends with 0."""

REFUSED: Mapping[str, Row] = {
    "a misspelt variable": (
        put(SLAKC__BOT_TOKEN="xoxb-misplaced"),  # noqa: S106
        "settings: The environment has RELEVO_SLAKC__BOT_TOKEN, which is no setting",
        "write RELEVO_SECTION__KEY with two underscores",
    ),
    "a misspelt setting in relevo.toml": (
        file('[desk]\nchanel = "slack:C0DESK0001"\n'),
        "settings: desk.chanel (there is no such setting)",
        "Correct them and start again",
    ),
    "a secret in relevo.toml": (
        file('[discord]\ntoken = "kept-in.the.wrong-place"\n'),
        "settings: discord.token is a secret and does not belong into relevo.toml",
        "put it into RELEVO_DISCORD__TOKEN or into a file that discord.token_file names",
    ),
}
"""Settings with which nothing can be looked at: the doctor ends with 2."""


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """Something that is wrong, and what has to be said of it: under which name, cause, cure."""

    name: str
    spoil: Callable[[Patient], object]
    subject: str
    cause: str
    cure: str
    code: int
    health: str

    @override
    def __str__(self) -> str:
        return self.name


def _complaints(rows: Mapping[str, Row], code: int, health: str = "broken") -> Iterator[Complaint]:
    for name, (spoil, told, cure) in rows.items():
        subject, cause = told.split(": ", 1)
        yield Complaint(
            name=name,
            spoil=spoil,
            subject=subject,
            cause=cause,
            cure=cure,
            code=code,
            health=health,
        )


COMPLAINTS = (
    *_complaints(BROKEN, 1),
    *_complaints(WARNINGS, 0, "warning"),
    *_complaints(REFUSED, 2),
)
