"""A person's part of what is kept of many conversations together: ratings, actions, dead letters.

Ratings and actions are counted for longer than anybody is remembered: they keep scores, verbs and times,
and lose names, words and ids.
"""

import json
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from redis.asyncio import Redis

from bot.engine import codec
from bot.engine.client.connection import guarded, run_command
from bot.engine.erasing.traces import Whose
from bot.engine.keys import ConversationKeys, SettingKeys, all_partitions
from bot.engine.keys import audit as audit_key
from bot.engine.keys import ratings as ratings_key
from bot.engine.scripts import source
from bot.vocabulary.folding import author_of
from bot.vocabulary.messages import ConversationRef, IncomingMessage
from bot.vocabulary.surveys import Rating
from bot.vocabulary.turns import AuditEntry

Row = tuple[str, Mapping[str, str]]
Entry = tuple[str, list[str]]
"""An entry of a stream as it is read, and as a script returns it: names and values in turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """A person's entries of one conversation, by their ids in the streams."""

    whose: Whose
    ratings: Mapping[str, Rating]
    audit: Mapping[str, AuditEntry]
    letters: Mapping[str, IncomingMessage | None]
    """Dead letters; None for an alarm, which holds no words."""


class Streams:
    """Reads and erases the records of persons.

    Every method raises ``StateUnavailableError`` when Redis did not answer within ``deadline``.
    """

    def __init__(self, redis: Redis, *, deadline: float) -> None:
        self._redis = redis
        self._deadline = deadline
        self._amend = redis.register_script(source("amend_stream"))
        self._find = redis.register_script(source("find_entries"))

    async def read(self, ref: ConversationRef, whose: Whose, cases: Collection[str]) -> Records:
        """Read what is theirs; ``cases`` are the ids of their cases there."""
        keys = ConversationKeys(ref)
        ratings = await self._found(keys.ratings, (*cases, *whose.identities))
        audit = await self._found(keys.audit, (*cases, *whose.identities))
        letters = await self._found(keys.dead, (keys.reference,))
        return Records(
            whose=whose,
            ratings=_rated(ratings, whose, cases),
            audit=_about(audit, whose, cases),
            letters=_letters(letters, keys.reference, whose),
        )

    async def forget_names(self, whose: Whose) -> None:
        """Take somebody out of what was done anywhere, by them or by an admin to what is kept of them.

        Out of what they answered in surveys as well: that is kept for longer than their cases.
        """
        for key, rows in await self._everywhere(audit_key, whose):
            texts = {
                entry_id: codec.dumps(codec.audit, _unnamed(entry, {}, whose))
                for entry_id, entry in _about(rows, whose, ()).items()
            }
            await self._rewrite(key, "entry", texts)
        for key, rows in await self._everywhere(ratings_key, whose):
            ratings = _rated(rows, whose, ())
            aliases = _aliases({rating.case for rating in ratings.values()})
            await self._rewrite(key, "rating", _without_words(ratings, aliases))
        await self._forget_editor(whose)

    async def _forget_editor(self, whose: Whose) -> None:
        """Take somebody out of the log of settings; what they changed stays, so that it can be undone."""
        key = SettingKeys.changes
        texts: dict[str, str] = {}
        for entry_id, fields in await self._found(key, [*whose.identities]):
            record = cast(dict[str, Any], json.loads(fields["change"]))
            is_theirs = record["actor_id"] in whose.identities
            if is_theirs and datetime.fromisoformat(record["at"]) <= whose.until:
                texts[entry_id] = json.dumps(record | {"actor_id": "", "actor": "", "place": ""})
        await self._rewrite(key, "change", texts)

    async def erase(self, ref: ConversationRef, records: Records, alias: Mapping[str, str]) -> None:
        """Leave of their records what names nobody; ``alias`` stands for the id of a case."""
        keys = ConversationKeys(ref)
        audit = {
            entry_id: codec.dumps(codec.audit, _unnamed(entry, alias, records.whose))
            for entry_id, entry in records.audit.items()
        }
        await self._rewrite(keys.ratings, "rating", _without_words(records.ratings, alias))
        await self._rewrite(keys.audit, "entry", audit)
        if records.letters:
            async with guarded(self._deadline):
                await run_command(self._redis, "XDEL", keys.dead, *records.letters)

    async def _everywhere(
        self, named: Callable[[str], str], whose: Whose
    ) -> Sequence[tuple[str, Sequence[Row]]]:
        """Read the entries of all partitions in which an account of theirs stands, with their streams."""
        keys = [named(partition) for partition in all_partitions()]
        async with guarded(self._deadline), self._redis.pipeline(transaction=False) as pipeline:
            for key in keys:
                await self._find(keys=[key], args=[*whose.identities], client=pipeline)
            found = cast(list[list[Entry]], await pipeline.execute())
        return [(key, _rows(entries)) for key, entries in zip(keys, found, strict=True)]

    async def _rewrite(self, key: str, field: str, texts: Mapping[str, str]) -> None:
        if texts:
            async with guarded(self._deadline):
                await self._amend(keys=[key], args=[field, json.dumps(texts)])

    async def _found(self, key: str, texts: Collection[str]) -> Sequence[Row]:
        """Read the entries of a stream in which one of the texts stands, oldest first."""
        if not texts:
            return ()
        async with guarded(self._deadline):
            return _rows(cast(list[Entry], await self._find(keys=[key], args=[*texts])))


def aliases_of(records: Records, cases: Collection[str]) -> Mapping[str, str]:
    """Return what stands for the ids of their cases, the same in all records of one."""
    return _aliases({*cases, *(rating.case for rating in records.ratings.values())})


def _aliases(cases: Collection[str]) -> dict[str, str]:
    return {case: f"erased-{secrets.token_hex(4)}" for case in cases}


def _rows(entries: Sequence[Entry]) -> Sequence[Row]:
    return [
        (entry_id, dict(zip(fields[::2], fields[1::2], strict=True)))
        for entry_id, fields in entries
    ]


def _about(rows: Sequence[Row], whose: Whose, cases: Collection[str]) -> dict[str, AuditEntry]:
    """Return the actions on their cases, by them, or by others on what is kept of them."""
    found = {entry_id: codec.loads(codec.audit, fields["entry"]) for entry_id, fields in rows}
    return {
        entry_id: entry
        for entry_id, entry in found.items()
        if entry.at <= whose.until
        and (entry.case in cases or not whose.identities.isdisjoint({entry.actor_id, entry.detail}))
    }


def _rated(rows: Sequence[Row], whose: Whose, cases: Collection[str]) -> dict[str, Rating]:
    """Return what they answered: about their cases, or noted as theirs when those are gone."""
    found = {entry_id: codec.loads(codec.rating, fields["rating"]) for entry_id, fields in rows}
    return {
        entry_id: rating
        for entry_id, rating in found.items()
        if rating.case in cases
        or (rating.author_id in whose.identities and rating.at <= whose.until)
    }


def _without_words(ratings: Mapping[str, Rating], alias: Mapping[str, str]) -> dict[str, str]:
    """Write what may stay: the score, when it was given, and for whom of the people it is."""
    return {
        entry_id: codec.dumps(
            codec.rating, replace(rating, word="", author_id=None, case=alias[rating.case])
        )
        for entry_id, rating in ratings.items()
    }


def _unnamed(entry: AuditEntry, alias: Mapping[str, str], whose: Whose) -> AuditEntry:
    """Keep verb, time, a score, and which agent it was; not whose case, nor what was noted of it."""
    detail = entry.detail if entry.detail.isdecimal() else ""
    unnamed = replace(entry, case=alias.get(entry.case, ""), detail=detail)
    is_own = entry.actor_id in whose.identities
    return replace(unnamed, actor="", actor_id="", place="") if is_own else unnamed


def _letters(
    rows: Sequence[Row], reference: str, whose: Whose
) -> dict[str, IncomingMessage | None]:
    found: dict[str, IncomingMessage | None] = {}
    for entry_id, fields in rows:
        if fields.get("conversation") != reference:
            continue
        text = fields.get("message")
        message = codec.loads(codec.incoming, text) if text else None
        if _is_letter_of(message, whose):
            found[entry_id] = message
    return found


def _is_letter_of(message: IncomingMessage | None, whose: Whose) -> bool:
    if message is None:
        return whose.is_direct
    is_theirs = whose.is_direct or author_of(message) in whose.identities
    return is_theirs and message.sent_at <= whose.until
