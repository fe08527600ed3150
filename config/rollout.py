"""The tables that say how far the bot goes by itself, and who may steer it."""

from typing import Literal

from pydantic import Field, model_validator

from config.sections import Section

Mode = Literal["human", "shadow", "copilot", "canary", "auto"]


class TopicRolloutSettings(Section):
    """One of ``[[rollout.topics]]``: what differs for a topic of ``[[topics]]``.

    ``threshold`` is the confidence from which the bot answers, ``share`` that of its canary.
    """

    name: str = Field(min_length=1, max_length=60)
    mode: Mode | None = None
    threshold: float | None = Field(default=None, ge=0, le=1)
    share: float | None = Field(default=None, gt=0, lt=1)

    @model_validator(mode="after")
    def _check_purpose(self) -> "TopicRolloutSettings":
        if self.mode is None and self.threshold is None and self.share is None:
            raise ValueError("a topic needs a mode, a threshold or a share that differs")
        return self


class RolloutSettings(Section):
    """How far the bot goes by itself: ``mode`` holds for all topics that have none of their own.

    ``share`` is the part of conversations that a canary answers alone. A promotion is proposed from
    ``evidence`` seen cases on, when the lower end of what is as good as the human's is ``good_share`` or
    more. ``demotes`` takes a topic back by itself when its quality falls by ``drop`` or more; of quiet
    weeks at most ``false_alarms`` end with that by chance.
    """

    mode: Mode = "auto"
    share: float = Field(default=0.1, gt=0, lt=1)
    evidence: int = Field(default=100, ge=20, le=100_000)
    good_share: float = Field(default=0.85, gt=0, lt=1)
    demotes: bool = True
    drop: float = Field(default=0.1, ge=0.02, le=0.5)
    false_alarms: float = Field(default=0.05, gt=0, le=0.5)
    topics: tuple[TopicRolloutSettings, ...] = ()


class AuthoritySettings(Section):
    """Who steers Relevo beside ``admins``.

    With ``platform_admins`` whoever administers the workspace, guild or group of the desk may as well.
    """

    platform_admins: bool = True
