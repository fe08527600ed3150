"""Which of all that is stored of a conversation is one person's (pure).

In a direct conversation everything is. In a shared place it is what they wrote, what was answered to that,
and their cases. Names are no proof: lines from before authors were noted count by the name that the same
person has in others.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Generic, TypeVar

from bot.engine import codec
from bot.engine.codec import StoredDelivery
from bot.engine.plans import SPEAKER
from bot.vocabulary.cases import Case
from bot.vocabulary.conversations import HistoryLine, Memo, Speaker
from bot.vocabulary.folding import author_of
from bot.vocabulary.gaps import Gap
from bot.vocabulary.memory import Lesson, identity_at
from bot.vocabulary.messages import ConversationRef, IncomingMessage
from bot.vocabulary.turns import Lane, Receipt

Value = TypeVar("Value")

FAREWELL = "erased"
"""Begins the ids of what an erasure itself lets the desk hear: it names nobody, and is to be shown."""

FOR_EVER = datetime.max.replace(tzinfo=UTC)

A_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """A person in one place: all of their identities; ``until`` (aware UTC) leaves later things out."""

    identities: frozenset[str]
    is_direct: bool
    until: datetime = FOR_EVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Generic[Value]):
    """A stored value beside its text, by which it can be taken out of a list."""

    text: str = field(repr=False)
    value: Value = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPlace:
    """Everything that is stored of a conversation, as it stood at one moment; lists as they are kept."""

    ref: ConversationRef
    state: Mapping[str, str] = field(repr=False)
    history: Sequence[str] = field(repr=False)
    receipts: Sequence[str] = field(repr=False)
    gaps: Sequence[str] = field(repr=False)
    cases: Sequence[str] = field(repr=False)
    mailbox: Sequence[str] = field(repr=False)
    lessons: Sequence[str] = field(repr=False)
    lanes: Mapping[Lane, Sequence[str]] = field(repr=False)
    words: Mapping[str, str] = field(repr=False)
    learnt: Mapping[str, str] = field(repr=False)

    @property
    def version(self) -> int:
        """What every change is stored against."""
        return int(self.state.get("version", 0))


class Traces:
    """A person's part of a conversation; each list keeps the order in which it is stored.

    Raises ``ValueError`` where something was written by a version that this one can't read.
    """

    def __init__(self, place: StoredPlace, whose: Whose) -> None:
        self.place = place
        self.whose = whose

    @cached_property
    def current(self) -> Case | None:
        """The open or last case, if it is theirs."""
        text = self.place.state.get("case")
        case = codec.loads(codec.case, text) if text else None
        return case if case is not None and self._is_theirs(case) else None

    @cached_property
    def cases(self) -> Sequence[Item[Case]]:
        """Their closed cases."""
        return [item for item in read(codec.case, self.place.cases) if self._is_theirs(item.value)]

    @cached_property
    def case_ids(self) -> frozenset[str]:
        """The ids of all of their cases that are known."""
        current = (self.current,) if self.current else ()
        return frozenset(case.id for case in (*current, *(item.value for item in self.cases)))

    @cached_property
    def threads(self) -> Sequence[ConversationRef]:
        """Where agents worked on their cases."""
        current = self.place.state.get("thread") if self.current else None
        opened = [ConversationRef.parse(current)] if current else []
        return [*opened, *(item.value.thread for item in self.cases if item.value.thread)]

    @cached_property
    def lines(self) -> Sequence[Item[HistoryLine]]:
        """What they wrote, and what was said to them."""
        lines = [item for item in self._history if item.value.at <= self.whose.until]
        if self.whose.is_direct:
            return lines
        theirs: list[Item[HistoryLine]] = []
        spoke = False
        for item in lines:
            if item.value.speaker is Speaker.CUSTOMER:
                spoke = self._wrote(item.value)
                of_case = None
            else:
                of_case = self._case_at(item.value)
            if spoke if of_case is None else self._is_theirs(of_case):
                theirs.append(item)
        return theirs

    @cached_property
    def receipts(self) -> Sequence[Item[Receipt]]:
        """Why their turns ended as they did."""
        return self._by_author(read(codec.receipt, self.place.receipts))

    @cached_property
    def gaps(self) -> Sequence[Item[Gap]]:
        """What the knowledge lacked for them."""
        items = (read_gap(text) for text in self.place.gaps)
        return self._by_author([item for item in items if item is not None])

    @cached_property
    def messages(self) -> Sequence[Item[IncomingMessage]]:
        """What they wrote and nobody has handled yet."""
        return [
            item
            for item in read(codec.incoming, self.place.mailbox)
            if _came_by(item.value.sent_at, self.whose.until)
            and author_of(item.value) in self.whose.identities
        ]

    @cached_property
    def lessons(self) -> Sequence[Item[Lesson]]:
        """What would still be learnt from them."""
        return [
            item
            for item in read(codec.lesson, self.place.lessons)
            if item.value.at <= self.whose.until
            and (self.whose.is_direct or item.value.author_id in self.whose.identities)
        ]

    @cached_property
    def deliveries(self) -> Sequence[Item[StoredDelivery]]:
        """What waits to be shown because of them, to them or to their agents."""
        turns = {item.value.turn_id for item in self.receipts}
        later = {
            item.value.turn_id
            for item in read(codec.receipt, self.place.receipts)
            if item.value.at > self.whose.until
        }
        waiting = [text for lane in self.place.lanes.values() for text in lane]
        return [
            item
            for item in read(codec.delivery, waiting)
            if (turn := turn_of(item.value.id)) in turns
            or (self.whose.is_direct and turn not in later and not turn.startswith(FAREWELL))
        ]

    @cached_property
    def origins(self) -> frozenset[str]:
        """By what the words that agents said to them are kept."""
        if self.whose.is_direct:
            return frozenset(name.partition(":")[2] for name in self.place.words)
        said = {item.value.message_id for item in self.lines}
        return frozenset(
            origin for name in self.place.words if (origin := name.partition(":")[2]) in said
        )

    @cached_property
    def speakers(self) -> Sequence[str]:
        """The fields that note that they wrote since the last episode."""
        return [
            name
            for name in self.place.learnt
            if name.removeprefix(SPEAKER) in self.whose.identities
        ]

    @cached_property
    def has_memo(self) -> bool:
        """Whether what the last turn left for the next one is about them."""
        text = self.place.state.get("memo")
        if not text or self.whose.is_direct:
            return bool(text)
        memo = codec.loads(codec.memo, text)
        return self.current is not None or bool(self.lines) or self._answered(memo)

    @property
    def language(self) -> str | None:
        """The language that was spoken there last; in a shared place that may be another's."""
        text = self.place.state.get("memo") if self.whose.is_direct else None
        return codec.loads(codec.memo, text).language if text else None

    @cached_property
    def is_all(self) -> bool:
        """Whether nobody has said anything there that is not theirs: nothing has to stay."""
        rest = len(self.place.history) - len(self.lines)
        case = self.place.state.get("case")
        return self.whose.is_direct and not rest and (case is None or self.current is not None)

    @cached_property
    def is_empty(self) -> bool:
        """Whether there is nothing of theirs."""
        lists = (self.lines, self.receipts, self.gaps, self.cases, self.messages, self.lessons)
        others = (self.deliveries, self.origins, self.current, self.has_memo, self.speakers)
        return not any(map(bool, (*lists, *others)))

    @cached_property
    def _history(self) -> Sequence[Item[HistoryLine]]:
        return read(codec.history_line, self.place.history)

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(
            item.value.name
            for item in self._history
            if item.value.speaker is Speaker.CUSTOMER
            and item.value.author_id in self.whose.identities
        )

    def _wrote(self, line: HistoryLine) -> bool:
        if line.author_id is None:
            return line.name in self._names
        return line.author_id in self.whose.identities

    def _is_theirs(self, case: Case) -> bool:
        if case.opened_at > self.whose.until:
            return False
        if self.whose.is_direct:
            return True
        if case.customer_id is None:
            return case.customer in self._names
        return identity_at(self.place.ref, case.customer_id) in self.whose.identities

    def _case_at(self, line: HistoryLine) -> Case | None:
        """Return the case during which an agent, a marker or the bot said something."""
        for case in self._all_cases:
            if case.opened_at <= line.at and (case.is_open or line.at <= case.changed_at):
                return case
        return None

    @cached_property
    def _all_cases(self) -> Sequence[Case]:
        text = self.place.state.get("case")
        closed = [item.value for item in read(codec.case, self.place.cases)]
        return [codec.loads(codec.case, text), *closed] if text else closed

    def _answered(self, memo: Memo) -> bool:
        if memo.answered is None:
            return False
        return identity_at(self.place.ref, memo.answered) in self.whose.identities

    def _by_author(self, items: Sequence["Item[Record]"]) -> "Sequence[Item[Record]]":
        """Choose by author, or where none was noted by the words of the question."""
        asked = {item.value.text for item in self.lines} - {""}

        def is_theirs(record: Receipt | Gap) -> bool:
            if record.at > self.whose.until:
                return False
            if self.whose.is_direct or record.author_id in self.whose.identities:
                return True
            return record.author_id is None and record.question in asked

        return [item for item in items if is_theirs(item.value)]


Record = TypeVar("Record", Receipt, Gap)


def read(adapter: "codec.TypeAdapter[Value]", texts: Iterable[str]) -> list[Item[Value]]:
    """Read stored values beside their texts."""
    return [Item(text=text, value=codec.loads(adapter, text)) for text in texts]


def read_gap(text: str) -> Item[Gap] | None:
    """Read a gap; None for the end of a case, which stands among them and says nothing of anybody."""
    value = codec.loads(codec.gap_or_end, text)
    return Item(text=text, value=value) if isinstance(value, Gap) else None


def _came_by(sent_at: datetime, until: datetime) -> bool:
    """Whether a message surely came until then: Telegram tells whole seconds, rounded down.

    What came after it is answered, so in doubt it came after it.
    """
    is_exact = sent_at.microsecond > 0
    return sent_at <= (until if is_exact else until - A_SECOND)


def turn_of(delivery_id: str) -> str:
    """Return the id of the turn that a delivery comes from."""
    return delivery_id.partition("-")[0]
