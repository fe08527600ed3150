"""AES-256-GCM: what is stored of an owner, bound to whom and to what it belongs.

A sealed text begins with the version of its form, then a nonce. Who or what it belongs to is
authenticated with it: copied to another owner, another field or another installation it does not open.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.vocabulary.errors import UnreadableMemoryError

KEY_BYTES = 32
_FORM = b"\x01"
_NONCE_BYTES = 12
"""Drawn at random for each text: a key may seal 2^32 of them (NIST SP 800-38D, 8.3)."""


def new_key() -> bytes:
    """Return a random key."""
    return os.urandom(KEY_BYTES)


def belonging(*parts: str) -> bytes:
    """Return what a text belongs to as bytes; other parts never give the same ones."""
    return "".join(f"{len(part)}:{part}" for part in parts).encode()


def seal(key: bytes, text: bytes, belongs: bytes) -> bytes:
    """Encrypt a text under a key, bound to what it belongs to."""
    nonce = os.urandom(_NONCE_BYTES)
    return _FORM + nonce + AESGCM(key).encrypt(nonce, text, belongs)


def unseal(key: bytes, sealed: bytes, belongs: bytes) -> bytes:
    """Decrypt what ``seal`` returned.

    Raises:
        UnreadableMemoryError: It was sealed under another key, belongs elsewhere or was changed.
    """
    start = len(_FORM) + _NONCE_BYTES
    if not sealed.startswith(_FORM):
        raise UnreadableMemoryError(
            "What is remembered there was written in a form that this version does not know: "
            "update Relevo."
        )
    try:
        return AESGCM(key).decrypt(sealed[len(_FORM) : start], sealed[start:], belongs)
    except (InvalidTag, ValueError):  # ValueError: cut off within the nonce
        raise UnreadableMemoryError(
            "What is remembered there can't be decrypted: it belongs to another owner, or was changed."
        ) from None
