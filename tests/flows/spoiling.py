"""Ways to spoil an installation: each takes one that is in order and breaks one thing."""

import shutil
from collections.abc import Callable
from typing import Any

from knowledge import ingest, open_embedded
from tests.flows.consulting import Patient, manifest_scopes
from tests.platforms.discord import payloads
from tests.platforms.discord.world import GUILD
from tests.platforms.slack.workspace import BOT_USER
from tests.platforms.telegram.stage import SECRET as WEBHOOK_SECRET
from tests.platforms.telegram.world import BOT, GROUP

VOICE = "203"


def put(**settings: str) -> Callable[[Patient], None]:
    given = {f"RELEVO_{name}": value for name, value in settings.items()}
    return lambda patient: patient.settings.update(given)


def unset(*beginnings: str) -> Callable[[Patient], None]:
    def spoil(patient: Patient) -> None:
        for name in list(patient.settings):
            if name.startswith(tuple(f"RELEVO_{beginning}" for beginning in beginnings)):
                del patient.settings[name]

    return spoil


def without_scope(scope: str) -> Callable[[Patient], None]:
    def spoil(patient: Patient) -> None:
        kept = [name for name in manifest_scopes() if name != scope]
        patient.slack.server.scopes = ",".join(kept)

    return spoil


def not_invited(patient: Patient) -> None:
    workspace = patient.slack.server.workspace
    workspace.channels[patient.slack.channel.channel_id].members.discard(BOT_USER)


def archived(patient: Patient) -> None:
    channels = patient.slack.server.workspace.channels
    channels[patient.slack.channel.channel_id].is_archived = True


def _desk_on_discord(patient: Patient) -> None:
    patient.settings["RELEVO_DESK__CHANNEL"] = patient.discord.desk_setting


def desk_in_voice(patient: Patient) -> None:
    world = patient.discord.server.world
    world.channels[VOICE] = payloads.channel(VOICE, 2, GUILD, "voice")
    patient.settings["RELEVO_DESK__CHANNEL"] = f"discord:{VOICE}"


def closed_forum(patient: Patient) -> None:
    """The bot's role may do everything but send messages in threads."""
    _desk_on_discord(patient)
    everything_else = (1 << 50) - 1 - (1 << 38) - (1 << 3)
    patient.discord.server.world.permissions = str(everything_else)


def no_intent(patient: Patient) -> None:
    patient.discord.server.world.application_flags = 0


def on_telegram(change: Callable[[dict[str, Any]], object]) -> Callable[[Patient], None]:
    def spoil(patient: Patient) -> None:
        patient.settings["RELEVO_DESK__CHANNEL"] = patient.telegram.desk_setting
        change(patient.telegram.server.world.chats[GROUP])

    return spoil


def no_administrator(patient: Patient) -> None:
    patient.settings["RELEVO_DESK__CHANNEL"] = patient.telegram.desk_setting
    patient.telegram.server.world.member = {"status": "member", "user": BOT}


def someone_elses_webhook(patient: Patient) -> None:
    patient.telegram.server.webhook["url"] = "https://elsewhere.example/hook"


def another_webhook(patient: Patient) -> None:
    someone_elses_webhook(patient)
    patient.settings["RELEVO_TELEGRAM__WEBHOOK_URL"] = "https://support.example.com"
    patient.settings["RELEVO_TELEGRAM__WEBHOOK_SECRET"] = WEBHOOK_SECRET


def evicting(patient: Patient) -> None:
    patient.redis.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")


def forgetful(patient: Patient) -> None:
    patient.redis.command("CONFIG", "SET", "appendonly", "no")


def file(text: str) -> Callable[[Patient], object]:
    return lambda patient: (patient.folder / "relevo.toml").write_text(text, encoding="utf-8")


def no_documents(patient: Patient) -> None:
    shutil.rmtree(patient.folder / "relevo-data")


def overdue(patient: Patient) -> None:
    file = patient.folder / "old.md"
    file.write_text("---\nreview_by: 2020-01-31\n---\nParcels need three days.")
    knowledge = open_embedded(patient.folder / "relevo-data")
    ingest(knowledge, [file])
    knowledge.close_now()
