"""Looks for words of agents that reach a customer without the gesture that sends them.

What sends is written down here once more, apart from the table of verbs: a message that begins with
one of the sending words, a button of them, or a change of a reply that was sent. Whatever else an agent
writes must stay inside, whichever verb, alias, plain word or button it is.
"""

import random
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.vocabulary.board import BoardView
from bot.vocabulary.cases import Case, CaseStatus
from bot.vocabulary.conversations import Memo
from bot.vocabulary.copilot import Draft
from bot.vocabulary.messages import (
    Attachment,
    ConversationRef,
    IncomingMessage,
    MessageKind,
    Platform,
)
from bot.vocabulary.people import Agent, Authority
from bot.vocabulary.turns import Delivery, DeskTurn, Lane, Plan
from handoff.agents.verbs import AgentVerbs
from handoff.copilot.canned import CannedReplies, CannedReply
from handoff.copilot.help import Copilot
from handoff.copilot.interpreting import Interpreter
from handoff.routing.office import Office
from handoff.routing.teams import Seat, Team
from handoff.saying.style import DeskStyle
from tests.builders import a_conversation, a_message, a_press, an_agent
from tests.handoff.kit import NOW, a_case, a_line, a_note, a_turn

SENDING = frozenset({"reply", "answer", "r", "responder", "edit", "editar"})
"""The words whose own words go to the customer. Sending a draft or a canned reply sends other words."""

WITH_FILES = SENDING | {"send", "enviar"}
"""What takes the files of its message along."""

CANARY, FILE = "zqkwords", "zqkfile"
"""What stands in everything that the agent writes, and in the names of files; and nowhere else."""

LED = 0.8
SENDING_SHARE = 0.1
"""Share of messages that are about a sending word: so few names send that chance alone rarely finds one."""

LEADS = {
    "assign": ("Ben", "@Ben", "me", "Ana"),
    "transfer": ("billing", "support", "@Ben", "@Ana"),
    "snooze": ("2h", "tomorrow 9:00", "mañana 9:00"),
    "followup": ("3 days", "2h"),
    "merge": ("R-2", "R-3"),
    "link": ("R-2", "r-3"),
    "tag": ("+vip", "-old"),
    "remember": ("plan: Pro", "versión: 3", "colour: red"),
}
"""What a verb can do something with, before the words that must stay inside."""

PREFIXES = {
    Platform.SLACK: "!",
    Platform.DISCORD: "/",
    Platform.TELEGRAM: "/",
    Platform.PLAYGROUND: "/",
}

WORDS = (
    *("tomorrow 9:00", "2h", "mañana", "urgent", "baja", "+vip -old", "R-2", "r-1", "2", "page"),
    *("@Ben", "Ben", "Ana", "billing", "soporte", "me", "off", "please", "the customer", "sorry"),
    *("reply", "/reply", "!reply", "send", "\n", "*bold*", "https://x.example", "", "🙂", "ok"),
)


@dataclass(frozen=True)
class Desk:
    """A desk on one platform with teams, colleagues, other cases and a copilot."""

    platform: Platform
    verbs: AgentVerbs

    @property
    def channel(self) -> ConversationRef:
        return ConversationRef(platform=self.platform, tenant_id="demo", channel_id="desk")

    @property
    def thread(self) -> ConversationRef:
        return replace(self.channel, thread_id="t1")

    def agent(self, name: str) -> Agent:
        return Agent.of(an_agent(name), self.channel)


class OtherCases:
    """A board with one more case that waits and one that Ben has."""

    def __init__(self, desk: ConversationRef) -> None:
        ben = Agent.of(an_agent("Ben"), desk)
        cases = [
            a_case(id="R-2", thread=replace(desk, thread_id="t2")),
            a_case(ben, id="R-3", thread=replace(desk, thread_id="t3")),
        ]
        others = [replace(case, conversation=a_conversation(case.id)) for case in cases]
        self._view = BoardView(at=NOW, cases={case.id: case for case in others})

    def view(self) -> BoardView:
        return self._view


class Echo:
    """A translator who says the same again."""

    async def translate(
        self, text: str, *, source: str, target: str, asker: str | None = None
    ) -> str | None:
        del source, asker
        return f"{text} ({target})"


def a_desk(platform: Platform, language: str = "en") -> Desk:
    """Build a desk in which every verb has something to do."""
    channel = ConversationRef(platform=platform, tenant_id="demo", channel_id="desk")
    seats = (
        Seat(agent=Agent.of(an_agent("Ana"), channel), is_lead=True),
        Seat(agent=Agent.of(an_agent("Ben"), channel)),
    )
    office = Office(teams=(Team(name="support"), Team(name="billing")), roster=seats)
    canned = CannedReplies([CannedReply(name="sorry", text={"en": "We are sorry, {customer}."})])
    interpreter = Interpreter(home=language, language_of=lambda _: language, translator=Echo())
    copilot = Copilot(canned=canned, interpreter=interpreter)
    style = DeskStyle(language=language, prefix=PREFIXES[platform])
    return Desk(
        platform=platform,
        verbs=AgentVerbs(style, office, OtherCases(channel), copilot),
    )


def all_names(desk: Desk) -> list[str]:
    """Every name, alias and plain word that the desk knows."""
    table = desk.verbs.table
    found = (name for verb in table for name in (verb.name, *verb.aliases, *verb.plain))
    return list(dict.fromkeys(found))


def random_message(desk: Desk, dice: random.Random) -> IncomingMessage:
    """Write something as an agent would: a verb, a button, a change, or talk; always with the canary."""
    names = all_names(desk)
    name = dice.choice(sorted(SENDING)) if dice.random() < SENDING_SHARE else dice.choice(names)
    verb = desk.verbs.table.find(name)
    leads = LEADS.get(verb.name if verb else "")
    text = f"{dice.choice(leads)} {CANARY}" if leads and dice.random() < LED else _words(dice)
    kind = dice.choice(["verb", "verb", "button", "plain", "talk", "edit", "delete"])
    fields: dict[str, Any] = {
        "conversation": desk.thread if dice.random() < 0.95 else desk.channel,
        "author": an_agent(dice.choice(["Ana", "Ana", "Ben", "Cleo"])),
    }
    if dice.random() < 0.1:
        fields["attachments"] = (Attachment(name=FILE, content_type="a/b", size_bytes=1),)
    if kind == "button":
        target = dice.choice(["", "", ":m-reply", ":m-note", ":d1", f":{CANARY}", ":sorry"])
        pressed = a_press(f"case:{name.partition(' ')[0]}{target}", **fields)
        return _signed(replace(pressed, text=text), desk)
    prefix = dice.choice(["/", "!", PREFIXES[desk.platform], " /", "/ ", "//", ""])
    cased = dice.choice([name, name.upper(), name.capitalize(), f"{name}@relevo_bot"])
    written = {
        "verb": f"{prefix}{cased} {text}",
        "plain": dice.choice([name, f"{name}!", f"{name} {text}"]),
        "talk": f"{text} {prefix}{name} {text}",
        "edit": dice.choice([f"{prefix}{name} {text}", text]),
        "delete": "",
    }[kind]
    if kind in {"edit", "delete"}:
        fields["kind"] = MessageKind.EDITED if kind == "edit" else MessageKind.DELETED
        fields["id"] = dice.choice(["m-reply", "m-note", "unknown"])
    return _signed(a_message(written, **fields), desk)


def a_desk_turn(desk: Desk, message: IncomingMessage, dice: random.Random) -> DeskTurn:
    """Build the turn of a message on a case that stands in some way."""
    ana, ben = desk.agent("Ana"), desk.agent("Ben")
    reply, note = a_line("on its way", agent=ana, age=dice.choice([1, 60])), a_note()
    turn = a_turn(message, _case(desk, dice.choice([None, ana, ana, ben]), dice), reply, note)
    drafts = (Draft(id="d1", text="We look into it.", language="en"),)
    memo = Memo(language=dice.choice(["en", "es"]), drafts=drafts)
    conversation = replace(turn.conversation, memo=memo)
    return replace(turn, conversation=conversation)


def is_gesture(message: IncomingMessage, sending: Collection[str] = SENDING) -> bool:
    """Whether an agent's message is one whose own words may go to the customer."""
    if message.kind is MessageKind.DELETED:
        return False
    if message.kind is MessageKind.PRESSED:
        verb = (message.action or "").removeprefix("case:").partition(":")[0]
        return verb.casefold() in sending
    if message.kind is MessageKind.EDITED and message.id != "m-reply":
        return False
    written = re.match(r"\s*[/!]([^\s@]+)", message.text)
    return written is not None and written[1].casefold() in sending


def slips(plan: Plan, message: IncomingMessage, desk: Desk) -> list[Delivery]:
    """Return what shows a customer words or files of an agent without a gesture."""
    kept = [
        canary
        for canary, sending in ((CANARY, SENDING), (FILE, WITH_FILES))
        if not is_gesture(message, sending)
    ]
    return [
        delivery
        for delivery in leaks(plan, desk)
        if any(canary in str(delivery).casefold() for canary in kept)
    ]


def leaks(plan: Plan, desk: Desk) -> Iterable[Delivery]:
    """Return what somebody outside the desk's channel can read."""
    inside = Authority(desk=desk.channel)
    for delivery in plan.deliveries:
        is_outside = delivery.place is not None and not inside.is_desk(delivery.place)
        if is_outside or (delivery.lane is Lane.CUSTOMER and delivery.place is None):
            yield delivery


def _case(desk: Desk, holder: Agent | None, dice: random.Random) -> Case:
    case = a_case(holder, thread=desk.thread, team=dice.choice([None, "support", "billing"]))
    if holder is not None and dice.random() < 0.2:
        return replace(case, status=CaseStatus.SNOOZED, snoozed_until=NOW + timedelta(hours=1))
    if dice.random() < 0.1:
        return replace(case, status=CaseStatus.RESOLVED, changed_at=NOW)
    return case


def _words(dice: random.Random) -> str:
    before = " ".join(_some(WORDS, dice))
    after = " ".join(_some(WORDS, dice))
    return f"{before} {CANARY} {after}".strip()


def _some(words: Sequence[str], dice: random.Random) -> list[str]:
    return dice.choices(words, k=dice.randrange(3))


def _signed(message: IncomingMessage, desk: Desk) -> IncomingMessage:
    principal = Authority(desk=desk.channel).principal(message)
    return replace(message, principal=principal)
