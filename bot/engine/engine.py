"""The engine as a whole: inbox, workers, outbox and sweeper over one Redis."""

import asyncio
import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from docket import Docket
from redis.asyncio import Redis

from bot.engine.alarms import Alarms
from bot.engine.board import SharedBoard
from bot.engine.cases import Cases
from bot.engine.client.connection import guarded
from bot.engine.courier import Courier
from bot.engine.equipment import Equipment
from bot.engine.erasing.ending import Ending
from bot.engine.inbox import Inbox
from bot.engine.keys import DAY_SECONDS, HISTORY_DAYS
from bot.engine.lessons import Learning, LearningTimes, LessonQueue, Teaching
from bot.engine.mailbox import Mailbox
from bot.engine.news import News
from bot.engine.outbox import Outbox
from bot.engine.plans import LearningPace, PlanStore, Retention
from bot.engine.presence import Presences
from bot.engine.scheduler import Duties, Scheduler, run_worker
from bot.engine.sender import Patience, Sender
from bot.engine.sweeper import Sweeper
from bot.engine.worker import ConversationWorker, Pace
from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.files import FileMaker
from bot.vocabulary.messages import Platform
from bot.vocabulary.people import Authority
from bot.vocabulary.platforms import ChatAdapter
from bot.vocabulary.turns import TurnHandler


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineOptions:
    """How the engine works; times are seconds.

    ``deadline`` bounds every Redis operation; ``join`` is the quiet time that ends a turn; a dead
    worker's conversation is taken over after ``lease``, which a living one renews every ``renew``
    (None: a third of it); ``sweep`` is how often leftovers are looked
    for, ``board`` how often what other processes changed on the board; ``drain`` is how long running turns may take at the end. One send may take ``send``; its lane
    is free for another sender after ``lane_lease``, which is longer; a send whose fate is unknown is
    repeated after ``resend``. The files of one message may take ``files`` to be fetched. A reply that is
    being written is shown every ``draft`` at most; showing it, or that an answer is on its way, may hold
    a turn up for ``aside``. What was said is learnt from after ``learn``, and a conversation is over after
    ``idle`` of silence; another worker may learn from it ``learn_lease`` after one began, which no call of
    a language model outlasts. With ``receipts`` each side sees that the other one writes and has seen, until that is
    switched on its ``presences``.
    """

    deadline: float = 5.0
    join: float = 0.6
    lease: float = 6.0
    renew: float | None = None
    sweep: float = 3.0
    board: float = 1.0
    drain: float = 15.0
    send: float = 10.0
    lane_lease: float = 15.0
    resend: float = 2.0
    files: float = 30.0
    draft: float = 1.0
    aside: float = 2.0
    learn: float = 5.0
    idle: float = 1800.0
    learn_lease: float = 60.0
    concurrency: int = 128
    history_lines: int = 60
    history_days: int = HISTORY_DAYS
    receipts: bool = True


class Engine:
    """Everything between an adapter's event and an adapter's send."""

    def __init__(  # noqa: PLR0913 (one for each part)
        self,
        redis: Redis,
        scheduler: Scheduler,
        *,
        adapters: Mapping[Platform, ChatAdapter],
        handler: TurnHandler,
        authority: Authority,
        options: EngineOptions,
        board: SharedBoard | None = None,
        maker: FileMaker | None = None,
        teaching: Teaching | None = None,
        ending: Ending | None = None,
    ) -> None:
        """Build an engine.

        ``board`` is the one that its handler sees, if that needs one; ``maker`` writes the files that
        its plans name. Without ``teaching`` nothing is learnt of anybody, and without ``ending``
        nobody is erased.
        """
        self._redis = redis
        self.authority = authority
        self._options = options
        keep, deadline = options.history_days * DAY_SECONDS, options.deadline
        mailbox = Mailbox(redis, deadline=deadline, lease_seconds=options.lease, keep_seconds=keep)
        plans = _plans(redis, options, learns=teaching is not None)
        self.alarms = Alarms(
            redis, mailbox, plans, scheduler, deadline=deadline, lease_seconds=options.lease
        )
        self.board = board or SharedBoard(redis, deadline=deadline)
        self.news = News(redis, self.board, self.alarms, deadline=deadline)
        cases = Cases(redis, deadline=deadline)
        self.presences = _presences(adapters, cases, authority, options)
        self.sender = Sender(
            Outbox(redis, deadline=deadline, lease_seconds=options.lane_lease, keep_seconds=keep),
            Courier(adapters, authority.desk, cases, files_seconds=options.files, maker=maker),
            scheduler,
            self.news,
            patience=_patience(options),
            on_shown=self.presences.shown,
        )
        self.inbox = Inbox(mailbox, scheduler, authority)
        self.worker = ConversationWorker(
            Equipment(
                mailbox=mailbox,
                plans=plans,
                sender=self.sender,
                scheduler=scheduler,
                alarms=self.alarms,
                news=self.news,
            ),
            handler,
            pace=_pace(options),
            is_desk=authority.is_desk,
        )
        self.learning = _learning(redis, options, mailbox, teaching)
        self.ending = ending
        self.sweeper = self._sweeper(scheduler)

    def _sweeper(self, scheduler: Scheduler) -> Sweeper:
        return Sweeper(
            self._redis,
            scheduler,
            self.news,
            deadline=self._options.deadline,
            grace_seconds=self._options.lease + 1,
            learns=self.learning is not None,
            erases=self.ending is not None,
        )

    @property
    def duties(self) -> Duties:
        """What a worker process does when it is woken."""
        return Duties(
            serve=self.worker.serve,
            deliver=self.sender.deliver,
            ring=self.worker.ring,
            learn=self.learning.learn if self.learning else None,
            erase=self.ending.erasing.work if self.ending else None,
        )

    async def work(self, docket: Docket) -> None:
        """Work until cancelled; then running turns have ``drain`` seconds to end.

        ``docket`` must know this engine's ``duties`` (``scheduler.register``).
        """
        name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
        async with asyncio.TaskGroup() as tasks:
            beside = [
                tasks.create_task(self.sweeper.run(self._options.sweep)),
                tasks.create_task(self.board.run(self._options.board)),
                tasks.create_task(self.presences.run()),
            ]
            if self.ending is not None:
                beside.append(tasks.create_task(self.ending.replaying.run()))
            working = tasks.create_task(
                run_worker(
                    docket,
                    name=name,
                    concurrency=self._options.concurrency,
                    lease_seconds=self._options.lease,
                )
            )
            try:
                await asyncio.shield(working)
            except asyncio.CancelledError:
                for task in beside:
                    task.cancel()
                self.worker.drain()
                working.cancel()
                await asyncio.wait([working], timeout=self._options.drain)
                raise

    async def is_ready(self) -> bool:
        """Whether the inbox can be written, and this process is not about to end."""
        if self.worker.is_draining:
            return False
        try:
            async with guarded(min(1.0, self._options.deadline)):
                await self._redis.set("rv:ready", 1, ex=60)
        except StateUnavailableError:
            return False
        return True


def _presences(
    adapters: Mapping[Platform, ChatAdapter],
    cases: Cases,
    authority: Authority,
    options: EngineOptions,
) -> Presences:
    presences = Presences(adapters, cases, authority, seconds=options.aside)
    presences.is_on = options.receipts
    presences.listen()
    return presences


def _plans(redis: Redis, options: EngineOptions, *, learns: bool) -> PlanStore:
    seconds = options.history_days * DAY_SECONDS
    return PlanStore(
        redis,
        deadline=options.deadline,
        retention=Retention(history_lines=options.history_lines, seconds=seconds),
        learning=_learning_pace(options) if learns else None,
    )


def _learning(
    redis: Redis, options: EngineOptions, mailbox: Mailbox, teaching: Teaching | None
) -> Learning | None:
    if teaching is None:
        return None
    queue = LessonQueue(redis, _times(options), deadline=options.deadline)
    return Learning(queue, mailbox, teaching)


def _patience(options: EngineOptions) -> Patience:
    return Patience(
        send_seconds=options.send,
        resend_seconds=options.resend,
        record_seconds=options.deadline,
        files_seconds=options.files,
        aside_seconds=options.aside,
    )


def _learning_pace(options: EngineOptions) -> LearningPace:
    return LearningPace(
        learn_seconds=options.learn,
        idle_seconds=options.idle,
        keep_seconds=options.history_days * DAY_SECONDS,
    )


def _times(options: EngineOptions) -> LearningTimes:
    return LearningTimes(
        lease=options.learn_lease,
        idle=options.idle,
        keep=options.history_days * DAY_SECONDS,
    )


def _pace(options: EngineOptions) -> Pace:
    return Pace(
        join_seconds=options.join,
        renew_seconds=options.renew or options.lease / 3,
        draft_seconds=options.draft,
    )
