"""What a customer does, as agents see it in the thread: their own words, shown as they stand."""

from bot.texts import say
from bot.texts.defanged import defanged
from bot.vocabulary.cases import Case
from bot.vocabulary.messages import Attachment, IncomingMessage, MessageKind, OutgoingMessage
from bot.vocabulary.turns import Delivery, Lane
from handoff.saying.plans import to_desk

THUMBS = {"rate:up": "customer_rated_up", "rate:down": "customer_rated_down"}
"""Action of a thumb → the sentence that the desk reads."""

UNSHOWN = {
    MessageKind.NEW: "relay_undelivered_desk",
    MessageKind.EDITED: "relayed_change_undelivered_desk",
    MessageKind.DELETED: "relayed_deletion_undelivered_desk",
}
"""What a customer did → the sentence that the desk reads when it can't be shown.

A press is not among them: a thumb that is missing asks nothing of anybody.
"""

KILO = 1000
MEGA = 1000 * KILO


def relayed(message: IncomingMessage, case: Case | None, language: str) -> Delivery | None:
    """Show a message, change, deletion or thumb in a case's thread; None for what says nothing.

    Links of customers are shown so that none of them leads anywhere.
    """
    # A change comes with the files of the first version, which the desk has already.
    files = message.attachments if message.kind is MessageKind.NEW else ()
    lines = [_words(message, language), *(file_line(file, language) for file in files)]
    text = "\n\n".join(line for line in lines if line)
    if not text:
        return None
    shown = OutgoingMessage(
        text=defanged(text),
        is_literal=True,
        speaker=defanged(message.author.display_name),
        attachments=files,
    )
    told = _if_refused(message.kind, case, language)
    shows = (message.id,) if message.kind is MessageKind.NEW else ()
    return Delivery(lane=Lane.DESK, message=shown, if_refused=told, shows=shows)


def file_line(file: Attachment, language: str) -> str:
    """Name a file, and its size where the platform has told it."""
    if file.size_bytes <= 0:
        return say("handoff.customer_file_unsized", language, name=file.name)
    size = readable_size(file.size_bytes, language)
    return say("handoff.customer_file", language, name=file.name, size=size)


def readable_size(size_bytes: int, language: str) -> str:
    """Return a size in kB or MB (thousands and millions of bytes)."""
    if size_bytes < MEGA:
        return f"{-(-size_bytes // KILO)} kB"
    text = f"{size_bytes / MEGA:.1f} MB"
    return text.replace(".", ",") if language == "es" else text


def _if_refused(kind: MessageKind, case: Case | None, language: str) -> OutgoingMessage | None:
    if case is None or kind not in UNSHOWN:
        return None
    return to_desk(UNSHOWN[kind], language, case=case.id).message


def _words(message: IncomingMessage, language: str) -> str:
    match message.kind:
        case MessageKind.EDITED:
            return say("handoff.customer_edited", language, text=message.text)
        case MessageKind.DELETED:
            return say("handoff.customer_deleted", language)
        case MessageKind.PRESSED:
            thumb = THUMBS.get(message.action or "")
            return say(f"handoff.{thumb}", language) if thumb else ""
        case MessageKind.NEW:
            return message.text
