"""Files that Relevo writes itself: made when they are shown, and never stored.

Such an ``Attachment`` has a ``file_id`` and no ``platform``: no adapter can fetch it. What is in it is
as it stands when it is shown, and between the plan and that moment there is nothing that could leak.
"""

from typing import Protocol

from bot.vocabulary.messages import Attachment, File


class FileMaker(Protocol):
    """Writes the files that plans name."""

    async def make(self, attachment: Attachment) -> File:
        """Write a file.

        Raises:
            DeliveryError: There is no such file to be written.
            StateUnavailableError: What is in it can't be read just now.
        """
        ...


def is_made(attachment: Attachment) -> bool:
    """Whether a file is written by Relevo itself."""
    return attachment.platform is None and attachment.file_id is not None
