"""The tenant keys of an installation, and the data keys that they wrap.

Each owner has a random data key, which stands beside what it encrypts, wrapped by a tenant key. Tenant keys
are not in Redis, or there only wrapped by a key service: without them what is stored can't be read.
"""

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from bot.engine.sealing.crypt import belonging, seal, unseal
from bot.vocabulary.errors import ConfigurationError, UnreadableMemoryError

_ID_BYTES = 4
_MARK_CHARACTERS = 32
_UNKNOWN = 1_000
"""So many ids of keys that are not set are remembered."""


def id_of(key: bytes) -> bytes:
    """Return what tells a tenant key from others and says nothing of it."""
    return hashlib.sha256(b"relevo tenant key" + key).digest()[:_ID_BYTES]


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantKeys:
    """``current`` wraps; ``previous`` can only unwrap what was wrapped before."""

    current: bytes = field(repr=False)
    previous: Sequence[bytes] = field(default=(), repr=False)

    def wrap(self, key: bytes, belongs: bytes) -> bytes:
        """Return a key wrapped by the current tenant key, behind that one's id."""
        return id_of(self.current) + seal(self.current, key, belongs)

    def unwrap(self, wrapped: bytes, belongs: bytes) -> bytes:
        """Return a wrapped key.

        Raises:
            UnreadableMemoryError: None of the tenant keys has wrapped it, or it belongs elsewhere.
        """
        for tenant_key in (self.current, *self.previous):
            if wrapped.startswith(id_of(tenant_key)):
                return unseal(tenant_key, wrapped[_ID_BYTES:], belongs)
        raise UnreadableMemoryError(
            "What is remembered there is encrypted under a key that is not set: add it to "
            "memory.previous_keys."
        )

    def knows(self, wrapped: bytes) -> bool:
        """Whether one of the tenant keys has wrapped it."""
        return any(wrapped.startswith(id_of(key)) for key in (self.current, *self.previous))

    def is_current(self, wrapped: bytes) -> bool:
        """Whether the current tenant key has wrapped it."""
        return wrapped.startswith(id_of(self.current))


Refresh = Callable[[], Awaitable[TenantKeys]]
"""Reads the tenant keys anew: those of a key service change while processes run."""


class Keyring:
    """What encrypts in one installation; ``installation`` is its id, ``secret`` its key for marks."""

    def __init__(
        self, installation: str, secret: bytes, keys: TenantKeys, refresh: Refresh | None = None
    ) -> None:
        self.installation = installation
        self.keys = keys
        self._secret = secret
        self._refresh = refresh
        self._unknown = set[bytes]()

    def wrap(self, owner: str, data_key: bytes) -> bytes:
        """Return an owner's data key wrapped by the current tenant key."""
        return self.keys.wrap(data_key, self._data_key_of(owner))

    async def unwrap(self, owner: str, wrapped: bytes) -> bytes:
        """Return an owner's data key.

        Raises:
            UnreadableMemoryError: Its tenant key is not set or could not be read, or it is another owner's.
            StateUnavailableError: Tenant keys had to be read anew, and Redis did not answer.
        """
        if not self.keys.knows(wrapped) and wrapped[:_ID_BYTES] not in self._unknown:
            await self._learn_keys(wrapped[:_ID_BYTES])
        return self.keys.unwrap(wrapped, self._data_key_of(owner))

    async def wrap_anew(self, owner: str, wrapped: bytes) -> bytes:
        """Return an owner's data key wrapped by the current tenant key, as it stands if it is already.

        Raises ``UnreadableMemoryError`` as ``unwrap`` does.
        """
        if self.keys.is_current(wrapped):
            return wrapped
        return self.wrap(owner, await self.unwrap(owner, wrapped))

    def seal(self, data_key: bytes, owner: str, name: str, text: bytes) -> bytes:
        """Encrypt one field of an owner."""
        return seal(data_key, text, belonging(self.installation, owner, name))

    def unseal(self, data_key: bytes, owner: str, name: str, sealed: bytes) -> bytes:
        """Decrypt one field of an owner.

        Raises:
            UnreadableMemoryError: It is another owner's or another field's, or was changed.
        """
        return unseal(data_key, sealed, belonging(self.installation, owner, name))

    def mark(self, purpose: str, text: str) -> str:
        """Return what stands for a text where it must not be read back (HMAC-SHA256, 32 hex digits).

        It stays the same when tenant keys change; for another ``purpose`` it is another one.
        """
        about = belonging(self.installation, purpose, text)
        return hmac.new(self._secret, about, hashlib.sha256).hexdigest()[:_MARK_CHARACTERS]

    async def _learn_keys(self, key_id: bytes) -> None:
        """Read the tenant keys anew, once for each that is not known: that may take a key service."""
        if self._refresh is not None:
            try:
                self.keys = await self._refresh()
            except ConfigurationError as error:
                # A key service that is away now must not stop turns; it is asked again the next time.
                raise UnreadableMemoryError(str(error)) from error
        if len(self._unknown) < _UNKNOWN and not self.keys.knows(key_id):
            self._unknown.add(key_id)

    def _data_key_of(self, owner: str) -> bytes:
        return belonging(self.installation, owner, "data key")
