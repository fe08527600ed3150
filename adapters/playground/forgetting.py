"""Takes people out of the playground's transcript: here Relevo itself keeps what a chat app would keep."""

from adapters.playground.lines import LineRole
from adapters.playground.transcript import Transcript
from bot.vocabulary.messages import ConversationRef, Platform
from bot.vocabulary.platforms import ErasedPlace


async def forget(transcript: Transcript, erased: ErasedPlace) -> None:
    """Forget a person in a conversation and in the threads of their cases; see ``Forgetful``."""
    if erased.place.platform is Platform.PLAYGROUND:
        await _forget_lines(transcript, erased.place, erased, everything=erased.is_direct)
    for thread in erased.threads:
        if thread.platform is Platform.PLAYGROUND and thread.thread_id is not None:
            await _forget_lines(transcript, thread, erased, everything=True)
            await transcript.erase_thread(thread.thread_id)


async def _forget_lines(
    transcript: Transcript, place: ConversationRef, erased: ErasedPlace, *, everything: bool
) -> None:
    theirs = [
        stored.line
        for stored in await transcript.lines(place)
        if stored.line.at <= erased.until
        and (everything or _is_by(stored.line.role, stored.line.author_id, erased))
    ]
    files = [file.id for line in theirs for file in line.files if file.id is not None]
    await transcript.drop(place, [line.id for line in theirs], files)


def _is_by(role: LineRole, author_id: str, erased: ErasedPlace) -> bool:
    return role is LineRole.CUSTOMER and author_id in erased.user_ids
