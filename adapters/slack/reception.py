"""Takes what Slack sends: reads it, hands it to the core, and only then lets it be acknowledged.

A middleware of Bolt's that stands before all listeners, because Bolt acknowledges before it calls
one. It answers everything itself: 200 for what is durable or none of ours (Slack counts anything
else as a failure and would switch the app's events off), 503 for what could not be stored or what
we failed on, so that Slack delivers it again.
"""

import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import cast

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.prefills import Prefills
from adapters.slack.acks import form_done, form_errors, not_now, taken
from adapters.slack.api import Installation, SlackApi, quiet
from adapters.slack.chores import Chores
from adapters.slack.commanding import Commanding
from adapters.slack.interactive import pressed, submitted
from adapters.slack.lanes import Lanes
from adapters.slack.parse import Event, Heard, MalformedError, Scene, edited, parse, reading
from adapters.slack.people import People
from adapters.slack.places import Places
from adapters.slack.render import FORM, FormWanted, form
from adapters.slack.sessions import Sessions
from adapters.slack.text import people_in
from adapters.slack.welcome import Greeter, opened
from adapters.slack.whereabouts import Whereabouts
from adapters.slack.writers import Writer, Writers
from bot.texts import say
from bot.vocabulary.errors import RelevoError, StateUnavailableError, UnstorableError
from bot.vocabulary.failpoints import failpoint
from bot.vocabulary.messages import IncomingMessage, MessageKind
from bot.vocabulary.platforms import Intake

logger = logging.getLogger(__name__)

PASSED_OVER = (MalformedError, UnstorableError)
"""What can't be read or written down today can't be tomorrow: it must not come again."""

_IN_HISTORY = {MessageKind.NEW, MessageKind.EDITED}
"""What can be fetched later; a deletion or a reaction is not to be seen in the history."""

Missed = Callable[[IncomingMessage | None], None]


def _nobody(_message: IncomingMessage | None) -> None:
    return


class Reception:
    """Takes events once ``open`` has said for whom.

    Slack tells an event that was not acknowledged three times more within minutes, and never again:
    ``on_missed`` hears of each one that could not be stored (None for one that is not readable yet),
    so that it can be fetched later.
    """

    def __init__(  # noqa: PLR0913 - what it hands things on to, each by name
        self,
        api: SlackApi,
        *,
        people: People,
        places: Places,
        greeter: Greeter,
        sessions: Sessions,
        writers: Writers,
        prefills: Prefills,
        chores: Chores,
    ) -> None:
        self._api = api
        self._people = people
        self._places = places
        self._greeter = greeter
        self._sessions = sessions
        self._writers = writers
        self._prefills = prefills
        self._whereabouts = Whereabouts(api, places)
        self.commanding = Commanding(
            api,
            people=people,
            whereabouts=self._whereabouts,
            chores=chores,
            deliver=self._deliver,
        )
        self._lanes = Lanes()
        self._intake: Intake | None = None
        self.on_missed: Missed = _nobody
        self.app = AsyncApp(
            name=quiet.name,
            client=api.client,
            authorize=_authorizing(api),
            logger=quiet,
            request_verification_enabled=False,
            ignoring_self_events_enabled=False,
        )
        self.app.use(self._take)  # pyright: ignore[reportUnknownMemberType]
        self.app.error(self._failed)

    @property
    def desk(self) -> str | None:
        """The channel where agents work."""
        return self.commanding.desk

    @desk.setter
    def desk(self, channel: str | None) -> None:
        self.commanding.desk = channel

    def open(self, intake: Intake) -> None:
        """Hand events to ``intake`` from now on."""
        self._intake = intake

    def close(self) -> None:
        """Take nothing until ``open`` is called again."""
        self._intake = None

    async def catch_up(self, message: Event, channel: str) -> bool:
        """Take a message of the history like one that is told now; whether it was new."""
        scene = await self._scene(message)
        event = {"type": "message", "channel": channel, **message}
        try:
            with reading():
                heard = parse(event, scene)
                changed = edited(event, message, scene) if message.get("edited") else None
            if heard is not None and await self._hand_over(heard):
                return True
            return changed is not None and await self._hand_over(changed)
        except PASSED_OVER as error:
            extra = {"channel": channel, "error": type(error).__name__}
            logger.warning("message passed over", extra=extra)
            return False

    async def _take(self, req: AsyncBoltRequest) -> BoltResponse:
        failpoint("bytes_arrived")
        body = cast("Event", req.body)
        try:
            return await self._answer(body)
        except PASSED_OVER as error:
            extra = {"event": str(body.get("event_id")), "error": type(error).__name__}
            logger.warning("event passed over", extra=extra)
            return taken()

    async def _failed(self, error: Exception, request: AsyncBoltRequest) -> BoltResponse:
        """Hear from Bolt that an event was not taken, whatever the error: Slack tells it again."""
        event = str(cast("Event", request.body).get("event_id"))
        if isinstance(error, RelevoError):
            logger.warning("event not taken", extra={"event": event, "error": str(error)})
        else:
            logger.error("event not taken", extra={"event": event}, exc_info=error)
        if isinstance(error, StateUnavailableError):
            self.on_missed(None)
        return not_now()

    async def _answer(self, body: Event) -> BoltResponse:
        kind = str(body.get("type") or "")
        if kind == "event_callback":
            await self._event(body)
        elif kind == "block_actions":
            await self._press(body)
        elif kind == "block_suggestion":
            return await self.commanding.suggest(body, await self._scene({}))
        elif kind == "view_submission":
            return await self._submission(body)
        elif body.get("command"):
            scene = await self._scene({"text": body.get("text")})
            return await self.commanding.command(body, scene)
        return taken()

    async def _event(self, body: Event) -> None:
        we = await self._api.installation()
        with reading():
            event = cast("Event", body.get("event") or {})
            is_for_us, opening, said = _is_for(body, we), opened(event), _said(event)
        if not is_for_us:
            logger.warning("event of another workspace", extra={"event": body.get("event_id")})
            return
        if opening is not None:
            self._greeter.greet(opening)
            return
        if event.get("type") == "agent_session_stopped":
            self._sessions.stopped(event)
            return
        scene = await self._scene(said)
        with reading():
            told = parse(event, scene)
        heard = await self._placed(told) if told else None
        if heard is None:
            return
        failpoint("parsed")
        rank = heard.message.sent_at.timestamp()
        try:
            async with self._lanes.turn(heard.message.conversation.channel_id, rank):
                await self._hand_over(heard)
        except StateUnavailableError:
            if not heard.only_if_joined and heard.message.kind in _IN_HISTORY:
                self.on_missed(heard.message)
            raise

    async def _placed(self, heard: Heard) -> Heard | None:
        """Find the thread where Slack did not tell it, which may take a second; None when it is gone."""
        if not heard.lacks_thread:
            return heard
        place = await self._whereabouts.thread_of(heard.message)
        return place and replace(heard, message=replace(heard.message, conversation=place))

    async def _hand_over(self, heard: Heard) -> bool:
        """Give an event to the core if it is one of ours; whether it was new there."""
        message = heard.message
        place = message.conversation
        if (
            heard.only_if_joined
            and place.channel_id != self.desk
            and not await self._places.hears(place, message.id)
        ):
            return False
        steered = await self.commanding.typed(message)
        if steered is not None:
            return steered
        return await self._deliver(message, team_id=heard.team_id)

    async def _deliver(self, message: IncomingMessage, *, team_id: str = "") -> bool:
        """Give a message to the core, complete; ``team_id`` is its writer's workspace, if it is one."""
        if self._intake is None:
            raise StateUnavailableError("Relevo is starting or stopping: Slack tells it again.")
        author = await self._people.complete(message.author)
        if author.is_bot:
            return False
        if team_id and message.conversation.channel_id != self.desk:
            writer = Writer(user_id=author.user_id, team_id=team_id)
            await self._writers.note(message.conversation, writer, message.id)
        is_new = await self._intake(replace(message, author=author))
        if _is_a_place(message):
            at = message.sent_at.timestamp()
            await self._places.heard(message.conversation, message.id, at=at)
        if is_new:
            self._sessions.met(message)
        return is_new

    async def _press(self, body: Event) -> None:
        scene = await self._scene({})
        with reading():
            wanted = pressed(body, scene)
        if isinstance(wanted, FormWanted):
            language = await self._people.language(wanted.user_id)
            prefill = await self._prefills.find(wanted.prefill)
            view = form(wanted, language=language, prefill=prefill)
            await self.commanding.show(wanted.trigger_id, view)
        elif wanted is not None:
            failpoint("parsed")
            await self.commanding.press(wanted)

    async def _submission(self, body: Event) -> BoltResponse:
        """Take what was typed into a form; it stays in the form while it can't be stored."""
        scene = await self._scene({})
        with reading():
            message = submitted(body, scene, now=time.time())
        if message is None:
            return await self.commanding.submission(body, scene) or taken()
        failpoint("parsed")
        try:
            await self.commanding.press(message)
        except StateUnavailableError:
            language = await self.commanding.language(message.author.user_id)
            return form_errors({FORM: say("adapters.not_now", language)})
        return form_done()

    async def _scene(self, message: Event) -> Scene:
        we = await self._api.installation()
        text = str(message.get("text") or "")
        others = [user_id for user_id in people_in(text) if user_id != we.user_id]
        return Scene(
            team_id=we.team_id,
            user_id=we.user_id,
            bot_id=we.bot_id,
            desk=self.desk,
            names=await self._people.names(others) if others else {},
        )


def _authorizing(api: SlackApi) -> Callable[[], Awaitable[AuthorizeResult]]:
    """Return what Bolt asks who we are; it fails by errors of ours, as Bolt acknowledges Slack's."""

    async def authorize() -> AuthorizeResult:
        we = await api.installation()
        return AuthorizeResult(
            enterprise_id=None, team_id=we.team_id, bot_id=we.bot_id, bot_user_id=we.user_id
        )

    return authorize


def _said(event: Event) -> Event:
    """Return the part of an event that has the words."""
    message = event.get("message")
    return cast("Event", message) if isinstance(message, dict) else event


def _is_for(body: Event, we: Installation) -> bool:
    """Whether an event was sent for our workspace: an app may be installed in several."""
    grants = cast("list[Event]", body.get("authorizations") or [])
    teams = {grant.get("team_id") for grant in grants} or {body.get("team_id")}
    return we.team_id in teams


def _is_a_place(message: IncomingMessage) -> bool:
    """Whether a message makes its conversation one that is followed: it stands there itself."""
    return message.id.replace(".", "", 1).isdigit() and message.action is None
