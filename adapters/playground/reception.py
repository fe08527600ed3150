"""Takes what people do in the page: into the transcript, and to the core before it is acknowledged."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from adapters.playground.lines import Line, LineFile, LineRole
from adapters.playground.parse import DESK, incoming
from adapters.playground.requests import Actor, Event, RefusedError
from adapters.playground.transcript import Transcript
from bot.vocabulary.commands import ADMIN_ACTION
from bot.vocabulary.messages import Attachment, MessageKind, Platform
from bot.vocabulary.platforms import Intake

CASE_ACTIONS = "case:"
"""Prefix of the actions that the desk offers for a case at any time, not only under its card."""

_WRITTEN = {MessageKind.NEW, MessageKind.EDITED}


class Reception:
    """Takes events of the page, one after the other for each connection."""

    def __init__(
        self, transcript: Transcript, intake: Intake, *, now: Callable[[], datetime]
    ) -> None:
        self._transcript = transcript
        self._intake = intake
        self._now = now

    async def take(self, event: Event) -> None:
        """Return once the event is durable in the core; safe to repeat for the same event.

        Raises:
            StateUnavailableError: It is not: the page must try again.
            RefusedError: It can never be taken.
        """
        is_new = event.kind is MessageKind.NEW
        line = await self._write_down(event) if is_new else await self._target(event)
        files = _attachments(line) if event.kind in _WRITTEN else ()
        await self._intake(incoming(event, now=self._now(), attachments=files))
        await self._transcript.amend(event.place, event.target, _change(event))

    async def _write_down(self, event: Event) -> Line:
        """Keep a new message before the core sees it, so that its answer stands below it."""
        line = Line(
            id=event.id,
            role=LineRole(event.role.value),
            author_id=event.author.user_id,
            name=event.author.display_name,
            text=event.text,
            at=self._now(),
            files=await self._files(event),
            accepted=False,
        )
        await self._transcript.append(event.conversation, line, key=event.id)
        return line

    async def _files(self, event: Event) -> tuple[LineFile, ...]:
        found: list[LineFile] = []
        for file_id in event.files:
            file = await self._transcript.file(file_id)
            if file is None:
                raise RefusedError("file_gone", event_id=event.id)
            found.append(
                LineFile(
                    id=file_id,
                    name=file.name,
                    content_type=file.content_type,
                    size_bytes=len(file.content),
                )
            )
        return tuple(found)

    async def _target(self, event: Event) -> Line:
        line = await self._transcript.line(event.place, event.target)
        if line is None:
            raise RefusedError("gone", event_id=event.id)
        allowed = _offers(line, event) if event.action else _wrote(line, event)
        if not allowed:
            raise RefusedError("not_yours", event_id=event.id)
        return line


def _attachments(line: Line) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(
            name=file.name,
            content_type=file.content_type,
            size_bytes=file.size_bytes,
            platform=Platform.PLAYGROUND,
            file_id=file.id,
        )
        for file in line.files
    )


def gone(line: Line) -> Line:
    """Return what stays of a line that was taken back: its place."""
    return replace(line, text="", buttons=(), sources=(), files=(), deleted=True)


def _wrote(line: Line, event: Event) -> bool:
    return line.author_id == event.author.user_id and line.role.value == event.role.value


def _offers(line: Line, event: Event) -> bool:
    action = event.action or ""
    in_desk = event.place.channel_id == DESK
    if in_desk and event.role is Actor.ADMIN and not action.startswith(ADMIN_ACTION):
        return False
    at_any_time = in_desk and action.startswith(CASE_ACTIONS)
    return at_any_time or any(button.action == action for button in line.buttons)


def _change(event: Event) -> Callable[[Line], Line]:
    """Say what an accepted event changes in the line that it is about."""

    def change(line: Line) -> Line:
        match event.kind:
            case MessageKind.NEW:
                return replace(line, accepted=True)
            case MessageKind.EDITED:
                return line if line.deleted else replace(line, text=event.text, edited=True)
            case MessageKind.DELETED:
                return gone(line)
            case MessageKind.PRESSED:
                return replace(line, pressed=event.action)

    return change
