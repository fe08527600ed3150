"""Fetches files that came with messages."""

from adapters.discord.parse import MALFORMED
from adapters.discord.rest import Rest
from bot.vocabulary.errors import DeliveryError
from bot.vocabulary.messages import Attachment, File, Platform


async def fetch(rest: Rest, attachment: Attachment, *, most_bytes: int) -> File:
    """Look a file's address up afresh and read it; see ``ChatAdapter.download`` for the errors."""
    if attachment.platform is not Platform.DISCORD or attachment.file_id is None:
        raise DeliveryError("This is no file of Discord that could be fetched.")
    if attachment.size_bytes > most_bytes:
        raise DeliveryError(f"The file is larger than {most_bytes} bytes.")
    channel_id, message_id, file_id = attachment.file_id.split("/")
    message = await rest.call(
        "GET", f"/channels/{channel_id}/messages/{message_id}", step="look at a file's message"
    )
    try:
        urls = {str(file["id"]): str(file["url"]) for file in message["attachments"]}
        url = urls[file_id]
    except MALFORMED:
        raise DeliveryError("The file is no longer in its message.") from None
    content = await rest.fetch(url, most_bytes=most_bytes)
    if content is None:
        raise DeliveryError(f"The file is larger than {most_bytes} bytes.")
    return File(name=attachment.name, content_type=attachment.content_type, content=content)
