"""What is remembered of an owner, encrypted: read with its version, written only over that version."""

import zlib
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.client import NEVER_DECODE

from bot.engine import codec
from bot.engine.client.connection import guarded, run_command
from bot.engine.keys import OwnerKeys
from bot.engine.scripts import source
from bot.engine.sealing.crypt import new_key
from bot.engine.sealing.keyring import Keyring
from bot.vocabulary.errors import StateUnavailableError, UnreadableMemoryError
from bot.vocabulary.memory import Episode, Fact, Memory, OpenThread

Value = TypeVar("Value")

KEY = "key"
_PROFILE, _THREADS, _EPISODES = "profile", "threads", "episodes"
_profile = TypeAdapter(tuple[tuple[Fact, ...], tuple[Fact, ...]])
_threads = TypeAdapter(tuple[OpenThread, ...])
_episodes = TypeAdapter(tuple[Episode, ...])

Reply = Mapping[bytes, bytes]
"""What Redis returns for the key of a memory: encrypted, so never decoded as text."""


Change = Callable[[Memory], Awaitable[Memory]]

CONFLICTS = 50
"""So often a memory is read again when others write it at the same moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """Which state of a memory was read; what is written over another one is refused."""

    number: str = "0"
    wrapped: bytes = field(default=b"", repr=False)


class Vault:
    """The memories of all owners; those not written for ``seconds`` are gone.

    Every method raises ``StateUnavailableError`` when Redis does not answer in time, and those that read
    ``UnreadableMemoryError`` when what is there can't be decrypted: it must not be written over then.
    """

    def __init__(self, redis: Redis, keyring: Keyring, *, deadline: float, seconds: int) -> None:
        self._redis = redis
        self._keyring = keyring
        self._deadline = deadline
        self.seconds = seconds
        self._write = redis.register_script(source("put_memory", "write_memory"))

    async def read(self, owner: str) -> tuple[Memory, Version]:
        """Return what is remembered of an owner, and its version."""
        async with guarded(self._deadline), self._redis.pipeline(transaction=False) as pipeline:
            ask(pipeline, owner)
            (reply,) = await pipeline.execute()
        return await self.opened(owner, reply)

    async def write(
        self, owner: str, memory: Memory, version: Version, *, accounts: Collection[str] = ()
    ) -> bool:
        """Write what is remembered of an owner; ``accounts`` are those that said what is new in it.

        False when the memory was changed since it was read, the person was erased or joined with another one,
        or one of these accounts is no longer theirs: look up whose it is now, and read anew.
        """
        keys = OwnerKeys(owner)
        kind = owner.partition(":")[0]
        person = keys.person if kind == "person" else keys.memory
        fields = await self.sealed(owner, memory, version)
        async with guarded(self._deadline):
            reply = await self._write(
                keys=[keys.memory, person],
                args=[version.number, kind, self.seconds, len(accounts), *accounts, *fields],
            )
        return reply == "ok"

    async def change(self, owner: str, change: Change) -> bool:
        """Change what is remembered of an owner in one fenced step; False when nothing is, or they are gone."""
        for _ in range(CONFLICTS):
            memory, version = await self.read(owner)
            if memory == Memory():
                return False
            changed = await change(memory)
            if changed == memory or await self.write(owner, changed, version):
                return True
        raise StateUnavailableError("A memory changes too fast: it is tried again.")

    async def number(self, owner: str) -> str:
        """Return the number of the version that stands there, also where it can't be decrypted."""
        async with guarded(self._deadline):
            found = await run_command(self._redis, "HGET", OwnerKeys(owner).memory, "version")
        return str(found or "0")

    async def opened(self, owner: str, reply: Reply) -> tuple[Memory, Version]:
        """Decrypt what ``ask`` was answered."""
        version = Version(
            number=reply.get(b"version", b"0").decode(), wrapped=reply.get(b"key", b"")
        )
        if not version.wrapped and set(reply) <= {b"version"}:
            return Memory(), version
        key = await self._keyring.unwrap(owner, version.wrapped)
        facts, replaced = self._opened(_profile, key, owner, _PROFILE, reply) or ((), ())
        memory = Memory(
            facts=facts,
            replaced=replaced,
            threads=self._opened(_threads, key, owner, _THREADS, reply) or (),
            episodes=self._opened(_episodes, key, owner, _EPISODES, reply) or (),
        )
        return memory, version

    async def sealed(self, owner: str, memory: Memory, version: Version) -> Sequence[str | bytes]:
        """Return names and values of the fields of an encrypted memory; what is empty has no value."""
        profile = (memory.facts, memory.replaced)
        texts: dict[str, bytes] = {
            _PROFILE: _profile.dump_json(profile) if any(profile) else b"",
            _THREADS: _threads.dump_json(memory.threads) if memory.threads else b"",
            _EPISODES: _episodes.dump_json(memory.episodes) if memory.episodes else b"",
        }
        if not any(texts.values()):
            return [word for name in (KEY, *texts) for word in (name, b"")]
        if version.wrapped:
            key, wrapped = await self._keyring.unwrap(owner, version.wrapped), version.wrapped
        else:
            key = new_key()
            wrapped = self._keyring.wrap(owner, key)
        words: list[str | bytes] = [KEY, wrapped]
        for name, text in texts.items():
            sealed = self._keyring.seal(key, owner, name, zlib.compress(text)) if text else b""
            words += [name, sealed]
        return words

    def _opened(
        self, adapter: TypeAdapter[Value], key: bytes, owner: str, name: str, reply: Reply
    ) -> Value | None:
        sealed = reply.get(name.encode())
        if sealed is None:
            return None
        text = zlib.decompress(self._keyring.unseal(key, owner, name, sealed))
        try:
            return codec.loads(adapter, text.decode())
        except ValueError as error:
            raise UnreadableMemoryError(
                f"What is remembered there was written by another version: update Relevo ({error})"
            ) from None


def ask(pipeline: Pipeline, owner: str) -> None:
    """Ask for the memory of an owner, without decoding what is encrypted."""
    cast(Any, pipeline).execute_command("HGETALL", OwnerKeys(owner).memory, **{NEVER_DECODE: True})
