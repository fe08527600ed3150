"""Which arm of a canary a conversation is of: drawn by a hash, so that nobody has to remember it."""

import hashlib

from bot.vocabulary.rollout import Arm

_BITS = 64


def arm_of(conversation: str, topic: str, *, share: float, salt: str) -> Arm:
    """Say who answers a conversation of a topic; the bot answers about ``share`` (0..1) of them.

    The same words give the same arm in every process. With a larger share no conversation leaves
    the bot's arm. ``salt`` makes another draw, independent of the first, as another ``topic`` does.
    """
    drawn = place_of(conversation, topic, salt=salt)
    return Arm.BOT if drawn < share * 2**_BITS else Arm.HUMAN


def place_of(conversation: str, topic: str, *, salt: str) -> int:
    """Return the conversation's place in the draw: uniform in 0 … 2⁶⁴ − 1."""
    digest = hashlib.blake2b(digest_size=_BITS // 8)
    for part in (salt, topic, conversation):
        content = part.encode("utf-8", "surrogatepass")
        digest.update(len(content).to_bytes(8, "big"))  # so that no two triples read the same
        digest.update(content)
    return int.from_bytes(digest.digest(), "big")
