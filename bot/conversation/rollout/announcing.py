"""What the desk reads of modes: a topic that was taken back, and one that could go a step further."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from bot.conversation.rollout.holding import mode_name, topic_name
from bot.conversation.rollout.notices import Notice, NoticeKind, read
from bot.texts import say
from bot.texts.literal import literal
from bot.vocabulary.commands import ADMIN_ACTION, command_named, written
from bot.vocabulary.messages import Button, OutgoingMessage, Platform
from bot.vocabulary.receipts import receipt_of
from bot.vocabulary.rollout import OTHER_NAME, RolloutMode
from bot.vocabulary.turns import AlarmTurn, Delivery, Lane, Outcome, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcing:
    """Speaks to the desk's channel; ``posting`` are platforms whose channels may hold threads alone."""

    language: str = "en"
    posting: Collection[Platform] = frozenset[Platform]()

    def ring(self, turn: AlarmTurn) -> Plan:
        """Tell the desk's channel what a notice says."""
        try:
            notice = read(turn.alarm.about)
        except ValueError:
            return _plan(turn, "a notice of another version")
        message = OutgoingMessage(text=self._text(notice), buttons=self._buttons(notice))
        opens = turn.conversation.ref.platform in self.posting
        delivery = Delivery(
            lane=Lane.CUSTOMER,
            message=message,
            opens_thread=self._title(notice) if opens else None,
            channel=turn.conversation.ref if opens else None,
        )
        return replace(_plan(turn, f"rollout {notice.kind}"), deliveries=(delivery,))

    def _title(self, notice: Notice) -> str:
        topic = topic_name(notice.topic, self.language)
        return say(f"rollout.title_{notice.kind}", self.language, topic=topic)

    def _text(self, notice: Notice) -> str:
        """Say what was seen, what it means, and what may be done."""
        key = notice.before if notice.kind is NoticeKind.PROPOSED else notice.kind
        numbers = say(
            f"rollout.seen_{key}",
            self.language,
            of=notice.of,
            percent=notice.percent,
            low=notice.low,
            high=notice.high,
            base_of=notice.base_of,
            base_percent=notice.base_percent,
        )
        heading = say(
            f"rollout.heading_{notice.kind}",
            self.language,
            topic=literal(topic_name(notice.topic, self.language)),
            before=mode_name(notice.before, self.language),
            after=mode_name(notice.after, self.language),
        )
        if key is RolloutMode.CANARY:
            numbers = f"{numbers} {say('rollout.unlike', self.language)}"
        means = say(f"rollout.means_{notice.after}", self.language)
        how = say(f"rollout.how_{notice.kind}", self.language)
        return "\n\n".join((heading, f"{numbers} {means}", how))

    def _buttons(self, notice: Notice) -> tuple[Button, ...]:
        """Let an admin do it, or take it back; whether whoever presses may is seen then."""
        if notice.kind is NoticeKind.PROPOSED:
            line = _line("mode", mode=notice.after, topic=notice.topic or OTHER_NAME)
            label = say(
                "rollout.button_go", self.language, mode=mode_name(notice.after, self.language)
            )
            return (Button(action=f"{ADMIN_ACTION}{line}", label=label),)
        if notice.change is None:
            return ()
        line = _line("settings", "undo", change=str(notice.change))
        label = say("rollout.button_undo", self.language)
        return (Button(action=f"{ADMIN_ACTION}{line}", label=label),)


def _line(*words: str, **values: str) -> str:
    command = command_named(words)
    if command is None:
        raise LookupError(f"There is no command {' '.join(words)}.")
    return written(command, values)


def _plan(turn: AlarmTurn, reason: str) -> Plan:
    receipt = receipt_of(
        turn,
        outcome=Outcome.NOTED,
        language="en",
        question="",
        reasons=(f"alarm {turn.alarm.kind}", reason),
    )
    return Plan(outcome=Outcome.NOTED, receipt=receipt)
