"""Whether a Redis server keeps what it acknowledges: pure judgements of what it says of itself."""

from collections.abc import Mapping
from typing import Any

from bot.engine.server.binary import OLDEST_VERSION
from bot.vocabulary.errors import ConfigurationError


def refuse_data_loss(facts: Mapping[str, Any]) -> None:
    """Refuse a server that is too old, a replica, or throws keys away when its memory is full.

    Args:
        facts: What ``INFO`` says. Valkey names the Redis version that it is compatible with.

    Raises:
        ConfigurationError: It would lose data; the sentence says how and what to set.
    """
    version = str(facts["redis_version"])
    if tuple(map(int, version.split(".")[:2])) < OLDEST_VERSION:
        oldest = ".".join(map(str, OLDEST_VERSION))
        raise ConfigurationError(
            f"Redis {version} is too old: use Redis {oldest} or newer, or Valkey."
        )
    if facts["role"] != "master":
        raise ConfigurationError(
            "redis.url names a replica, whose data its primary overwrites: let it name the primary."
        )
    policy = facts["maxmemory_policy"]
    if policy != "noeviction":
        raise ConfigurationError(
            f"Redis throws conversations away when its memory is full (maxmemory-policy {policy}): "
            "set maxmemory-policy noeviction."
        )


def check_fsync(facts: Mapping[str, Any], setting: Mapping[str, str] | None) -> str | None:
    """Judge how soon a write is on the disk; return a warning where there is one.

    Args:
        facts: What ``INFO`` says.
        setting: What ``CONFIG GET appendfsync`` says, None when that is forbidden: then a managed
            service answers for its persistence itself, in ways that Redis does not show.

    Raises:
        ConfigurationError: What was acknowledged would be lost with the process or the power.
    """
    if setting is None:
        log = "keeps a log of writes" if facts["aof_enabled"] else "keeps no log of writes"
        return (
            f"Redis {log} and does not allow CONFIG, so how soon a write is safe was not checked: "
            "see your service's settings for persistence."
        )
    if not facts["aof_enabled"]:
        raise ConfigurationError(
            "Redis would lose what it acknowledged when it restarts (appendonly no): set "
            "appendonly yes."
        )
    return _judge_fsync(setting["appendfsync"])


def _judge_fsync(fsync: str) -> str | None:
    if fsync == "no":
        raise ConfigurationError(
            "Redis leaves it to the system when writes reach the disk (appendfsync no), which "
            "loses up to half a minute of them with the power: set appendfsync always or everysec."
        )
    if fsync == "everysec":
        return (
            "Redis writes to the disk once a second (appendfsync everysec), so a power failure may "
            "lose the last two seconds: set appendfsync always if that is too much."
        )
    return None
