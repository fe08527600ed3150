"""Files that people send to the bot, fetched when they are wanted."""

import httpx
from telegram.error import BadRequest, TelegramError

from adapters.telegram.errors import translate
from adapters.telegram.wire import Client
from bot.vocabulary.errors import ConnectionLostError, DeliveryError
from bot.vocabulary.messages import Attachment, File, Platform

MOST_UPLOAD_BYTES = 50_000_000


async def download(client: Client, attachment: Attachment, *, most_bytes: int) -> File:
    """Fetch a file; see ``ChatAdapter.download``."""
    if attachment.platform is not Platform.TELEGRAM or attachment.file_id is None:
        raise DeliveryError("This file can't be fetched from Telegram: it is none of its files.")
    try:
        found = await client.bot.get_file(attachment.file_id)
    except BadRequest as error:
        raise DeliveryError(
            "Telegram does not hand out this file: it is gone, or larger than 20 MB."
        ) from error
    except TelegramError as error:
        raise translate(error) from error
    if (found.file_size or 0) > most_bytes or not found.file_path:
        raise too_large(most_bytes)
    content = await _fetch(client, found.file_path, most_bytes)
    return File(name=attachment.name, content_type=attachment.content_type, content=content)


async def _fetch(client: Client, url: str, most_bytes: int) -> bytes:
    """Fetch the content. The URL holds the token, so the cause, which may name it, is left out."""
    problem: ConnectionLostError | DeliveryError
    try:
        content = await client.fetch(url, most_bytes=most_bytes)
    except httpx.HTTPStatusError as error:
        gone = error.response.is_client_error
        problem = (
            DeliveryError("Telegram does not hand out this file any more.")
            if gone
            else ConnectionLostError("Telegram did not hand out the file: try again.")
        )
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError):
        problem = ConnectionLostError("The file did not come through from Telegram: try again.")
    else:
        if content is None:
            raise too_large(most_bytes)
        return content
    raise problem


def too_large(most_bytes: int) -> DeliveryError:
    """Return the error for a file that is larger than allowed."""
    return DeliveryError(f"The file is larger than {most_bytes / 1_000_000:g} MB.")
