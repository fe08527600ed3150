"""The settings of what is remembered of people."""

from typing import Literal

from pydantic import Field, SecretStr

from config.sections import NO_SECRET, Section


class MemorySettings(Section):
    """What is remembered of people, how long, and how it is kept.

    ``consent`` is when a person's memory is on: ``opt-out`` until they switch it off, ``opt-in`` after
    they switched it on, ``none`` never. ``off_in`` are places (``platform:tenant``) without any.

    A recall takes ``budget_tokens`` of a prompt at most. ``fact_days``, ``episode_days``, ``thread_days``
    and ``replaced_days`` are how long each is kept after it was last said. What was said is learnt from
    ``learn_seconds`` after a turn; a conversation is over after ``idle_minutes`` of silence. With
    ``use_model`` and a language model, that reads out what patterns miss.

    Data keys are wrapped by ``key`` (32 bytes, base64; or ``key_file``), by default a file in ``data_dir``
    that is made at the first start. ``previous_keys`` can still be read with, until everything is wrapped
    anew. ``key_command`` is a program that wraps and unwraps instead, for a key service.

    That somebody was erased is known for ``tombstone_days``, so that a backup which is put back does not
    bring them back: keep it longer than any backup.
    """

    consent: Literal["opt-in", "opt-out", "none"] = "opt-out"
    off_in: tuple[str, ...] = ()
    budget_tokens: int = Field(default=400, ge=50, le=4_000)
    fact_days: int = Field(default=730, ge=1, le=3_650)
    episode_days: int = Field(default=365, ge=1, le=3_650)
    thread_days: int = Field(default=90, ge=1, le=3_650)
    replaced_days: int = Field(default=365, ge=1, le=3_650)
    learn_seconds: float = Field(default=5.0, ge=0, le=600)
    idle_minutes: float = Field(default=30.0, gt=0, le=10_080)
    use_model: bool = True
    tombstone_days: int = Field(default=400, ge=1, le=36_500)
    key: SecretStr = NO_SECRET
    key_file: str = ""
    previous_keys: tuple[SecretStr, ...] = ()
    key_command: tuple[str, ...] = ()
