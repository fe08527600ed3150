"""The file with all that is stored of a person, written when it is shown (``bot.vocabulary.files``)."""

from bot.vocabulary.errors import DeliveryError, UnreadableMemoryError
from bot.vocabulary.memory import Memories, identity_of, principal_of
from bot.vocabulary.messages import Attachment, File, Principal

NAME = "relevo-memory.json"
CONTENT_TYPE = "application/json"

_BEGINS = "memory:"


def export_of(principal: Principal) -> Attachment:
    """Name the file of a person."""
    return Attachment(
        name=NAME,
        content_type=CONTENT_TYPE,
        size_bytes=0,
        file_id=f"{_BEGINS}{identity_of(principal)}",
    )


class Exports:
    """Writes these files; see ``FileMaker``. Who may have one was decided with the plan that names it."""

    def __init__(self, memories: Memories) -> None:
        self._memories = memories

    async def make(self, attachment: Attachment) -> File:
        """Write all that is stored of a person by now."""
        name = attachment.file_id or ""
        if not name.startswith(_BEGINS):
            raise DeliveryError("There is no such file of ours: ask for it again.")
        try:
            text = await self._memories.export(principal_of(name.removeprefix(_BEGINS)))
        except UnreadableMemoryError as error:
            raise DeliveryError("What is kept of them can't be read: see the log.") from error
        return File(name=NAME, content_type=CONTENT_TYPE, content=text.encode())
