"""What the id of a channel tells (pure)."""

DIRECT_PREFIX = "D"


def is_direct_channel(channel_id: str) -> bool:
    """Whether a channel is a person's direct messages; groups of several people are channels."""
    return channel_id.startswith(DIRECT_PREFIX)
