"""Shows what is remembered as a message with buttons, page by page (pure)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import groupby

from bot.conversation.remembering.wording import Item, items_of
from bot.texts import say
from bot.vocabulary.memory import MemoryView, identity_of, principal_of
from bot.vocabulary.messages import Button, Principal

PAGE = 8
"""Items of one page: with the buttons below them they fit every platform (Discord takes 25 buttons)."""

MOST_AT_ONCE = 60
"""Items that an admin is shown at once; the rest is in the file."""


class Shown:
    """What is remembered of somebody, in a language; ``can_switch`` says whether it may be switched on."""

    def __init__(
        self,
        view: MemoryView,
        *,
        language: str,
        prefix: str,
        now: datetime,
        can_switch: bool = True,
    ) -> None:
        self.items = items_of(view.memory, language, now)
        self._view = view
        self._language = language
        self._prefix = prefix
        self._can_switch = can_switch

    def page(self, number: int, principal: Principal) -> tuple[str, tuple[Button, ...]]:
        """Return a page's text and buttons for its owner; a number beyond them is the nearest page."""
        pages = max(1, -(-len(self.items) // PAGE))
        number = min(max(number, 1), pages)
        first = (number - 1) * PAGE
        items = self.items[first : first + PAGE]
        paragraphs = (
            self._title(),
            *self._listed(items, first + 1),
            self._words("page", page=number, pages=pages) if pages > 1 else "",
            self._joined(principal),
            self._words("can_do" if self._view.is_on else "can_do_off") if self._can_switch else "",
        )
        buttons = (*self._drops(items, first + 1, number), *self._turns(number, pages))
        return "\n\n".join(filter(None, paragraphs)), (*buttons, *self._rest())

    def all(self, who: str) -> str:
        """Return the text for an admin: of whom, and everything as far as it fits."""
        if not self.items:
            return self._words("nothing_of", who=who)
        left = len(self.items) - MOST_AT_ONCE
        rest = (self._words("rest", count=left),) if left > 0 else ()
        listed = self._listed(self.items[:MOST_AT_ONCE], 1)
        return "\n\n".join((self._words("shown_of", who=who), *listed, *rest))

    def found(self, mark: str) -> Item | None:
        """Return the item of a button; None when it is gone."""
        return next((item for item in self.items if _mark(item) == mark), None)

    def _title(self) -> str:
        name = "is" if self.items else "empty"
        return self._words(f"{name}_on" if self._view.is_on else f"{name}_off")

    def _listed(self, items: Sequence[Item], number: int) -> Iterator[str]:
        """Write items as numbered lists, one for each part."""
        for part, group in groupby(items, lambda item: item.part):
            lines: list[str] = []
            for item in group:
                lines.append(f"{number}. {item.words}")
                number += 1
            yield self._words(f"part_{part}") + "\n\n" + "\n".join(lines)

    def _joined(self, principal: Principal) -> str:
        others = [one for one in self._view.linked if one != identity_of(principal)]
        if not others:
            return ""
        names = {principal.platform, *(principal_of(one).platform for one in others)}
        return self._words("joined", platforms=", ".join(sorted(name.title() for name in names)))

    def _drops(self, items: Sequence[Item], number: int, page: int) -> Iterator[Button]:
        for position, item in enumerate(items, number):
            yield Button(
                action=f"memory:drop:{_mark(item)}:{page}",
                label=self._words("button_drop", number=position),
            )

    def _turns(self, number: int, pages: int) -> Iterator[Button]:
        if number > 1:
            yield self._button("previous", f"memory:page:{number - 1}")
        if number < pages:
            yield self._button("next", f"memory:page:{number + 1}")

    def _rest(self) -> Iterator[Button]:
        if self._view.is_on:
            yield self._button("off", "memory:off")
        elif self._can_switch:
            yield self._button("on", "memory:on")
        if self.items:
            yield self._button("export", "memory:export")
            yield self._button("forget", "forget")

    def _button(self, name: str, action: str) -> Button:
        return Button(action=action, label=self._words(f"button_{name}"))

    def _words(self, key: str, **values: object) -> str:
        return say(f"memory.{key}", self._language, prefix=self._prefix, **values)


def _mark(item: Item) -> str:
    """Return a short name of an item: Telegram's buttons carry 64 bytes."""
    return sha256(item.id.encode()).hexdigest()[:12]
