"""What is kept of a person beside their memory: their accounts, their switch, and where they wrote.

An account is an identity, ``platform:tenant:user`` (see ``identity_of``); ``|`` stands in none of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.vocabulary.messages import ConversationRef

ACCOUNT = "id:"
LEFT = "left:"
COMING = "from:"
MOVED = "moved"
MADE = "made"
SWITCH = "switch"
TOLD = "told"
PARTED = "parted"
PARTING = "parting:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """That somebody switched their memory on or off, with which account, after which wording of ours."""

    is_on: bool
    at: datetime
    account: str
    wording: str

    def as_text(self) -> str:
        """Write it as Redis keeps it; it begins with ``on`` or ``off``."""
        state = "on" if self.is_on else "off"
        return "|".join((state, str(self.at.timestamp()), self.wording, self.account))

    @classmethod
    def parse(cls, text: str) -> "Switch":
        """Read what ``as_text`` wrote."""
        state, at, wording, account = text.split("|")
        return cls(is_on=state == "on", at=_time(at), account=account, wording=wording)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One human, on one or several accounts.

    ``accounts`` are their identities, sorted; ``joined`` are those of persons who became part of this one, each
    with when that other one was made. ``moved_to`` is the person that this one has become part of, ``left``
    where accounts went that were here, ``coming`` are persons who become part of this one, each with the one
    whose word counts. ``parting`` are accounts that are about to leave, each with the person whom it will be.
    ``told_at`` is when they were last told of the memory.
    """

    id: str
    made_at: datetime
    accounts: tuple[str, ...]
    switch: Switch | None = None
    moved_to: str | None = None
    joined: Mapping[str, datetime]
    left: Mapping[str, str]
    coming: Mapping[str, str]
    parting: Mapping[str, str]
    parted_at: datetime | None = None
    told_at: datetime | None = None

    @property
    def owner(self) -> str:
        """Whose memory it is."""
        return f"person:{self.id}"

    def known_since(self, account: str) -> datetime:
        """Return when an account of theirs was registered."""
        return self.joined.get(account, self.made_at)

    @classmethod
    def parse(cls, person: str, fields: Mapping[str, str]) -> "Person":
        """Read what Redis keeps of a person."""
        switch, parted, told = fields.get(SWITCH), fields.get(PARTED), fields.get(TOLD)
        return cls(
            id=person,
            made_at=_time(fields.get(MADE, "0")),
            accounts=tuple(sorted(_named(fields, ACCOUNT))),
            joined={who: _time(at) for who, at in _named(fields, ACCOUNT).items() if at},
            switch=Switch.parse(switch) if switch else None,
            moved_to=fields.get(MOVED),
            left=_named(fields, LEFT),
            coming=_named(fields, COMING),
            parting=_named(fields, PARTING),
            parted_at=_time(parted) if parted else None,
            told_at=_time(told) if told else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """That an account wrote in a conversation; ``at`` is when it last did, to a day."""

    account: str
    place: ConversationRef
    is_direct: bool
    at: datetime


def visit_text(account: str, place: ConversationRef, *, is_direct: bool) -> str:
    """Write a visit as a member of the places of a person."""
    home, _, user = account.rpartition(":")
    known_by = user if home == _home(place) else account
    return "|".join(("d" if is_direct else "s", known_by, str(place)))


def parse_visit(text: str, at: float) -> Visit:
    """Read what ``visit_text`` wrote.

    Raises:
        ValueError: It is something else.
    """
    kind, known_by, reference = text.split("|")
    place = ConversationRef.parse(reference)
    account = known_by if ":" in known_by else f"{_home(place)}:{known_by}"
    return Visit(account=account, place=place, is_direct=kind == "d", at=_time(str(at)))


def group_of(place: ConversationRef) -> str:
    """Return the owner of what is said in a shared place: all threads of a channel have one."""
    channel = ConversationRef(
        platform=place.platform, tenant_id=place.tenant_id, channel_id=place.channel_id
    )
    return f"group:{channel}"


def _home(place: ConversationRef) -> str:
    """What the text of an account in a place begins with."""
    return str(place).rsplit(":", 2 if place.thread_id is not None else 1)[0]


def _named(fields: Mapping[str, str], kind: str) -> Mapping[str, str]:
    return {
        name.removeprefix(kind): value for name, value in fields.items() if name.startswith(kind)
    }


def _time(text: str) -> datetime:
    return datetime.fromtimestamp(float(text), UTC)
