"""Finds what somebody means by a name that they typed loosely, and asks back where that is not clear."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import wraps

from bot.admin.buttons import MOST_BUTTONS, fitting
from bot.admin.requests import ACTION, Handler, Reply, Request
from bot.texts import say, shortened
from bot.texts.literal import literal
from bot.vocabulary.commands import written
from bot.vocabulary.messages import Button

LABEL = 60
"""Characters of a button's label; Slack shows 75, Discord 80."""

ALIKE = 0.6
"""From this likeness on (0..1, difflib's ratio) a name may be a misspelling of another."""

_WORD = re.compile(r"\w+")


class UnclearError(Exception):
    """Raised inside a command that can't know what is meant; ``reply`` asks back, nothing was changed."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply


def asking_back(handler: Handler) -> Handler:
    """Let a command ask back from anywhere within it."""

    @wraps(handler)
    async def asked(request: Request) -> Reply:
        try:
            return await handler(request)
        except UnclearError as unclear:
            return unclear.reply

    return asked


def fold(text: str) -> str:
    """Return a text in small letters without accents, its words parted by single blanks."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(_WORD.findall(letters)) or letters.strip()


def nearest(typed: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return what a name may mean: the one that it is, else those that hold it, else those like it."""
    wanted = fold(typed)
    folded = [(fold(name), name) for name in names]
    if typed.strip() in names:
        return (typed.strip(),)
    for fits in (str.__eq__, str.startswith, str.__contains__):
        found = tuple(name for plain, name in folded if wanted and fits(plain, wanted))
        if found:
            return found
    alike = get_close_matches(wanted, [plain for plain, _ in folded], n=5, cutoff=ALIKE)
    return tuple(name for plain, name in folded if plain in alike)


def means(typed: str, names: Sequence[str]) -> str | None:
    """Return the only name that is meant without a guess at misspellings; None where that is unclear."""
    found = nearest(typed, names)
    is_guess = len(found) == 1 and fold(typed) not in fold(found[0])
    return found[0] if len(found) == 1 and not is_guess else None


def chosen(
    request: Request,
    argument: str,
    names: Sequence[str],
    *,
    kind: str,
    labels: Mapping[str, str] | None = None,
) -> str:
    """Return the name that an argument means; ``kind`` says in the sentences what it is.

    Raises:
        UnclearError: It names none, or may mean several: asks back with buttons.
    """
    typed = request.value(argument)
    found = means(typed, names)
    if found is not None:
        return found
    raise unclear(request, argument, nearest(typed, names) or names, kind=kind, labels=labels)


def unclear(
    request: Request,
    argument: str,
    names: Sequence[str],
    *,
    kind: str,
    labels: Mapping[str, str] | None = None,
) -> UnclearError:
    """Ask which of these is meant, or say that there are none."""
    what = say(f"steering.kind_{kind}", request.language)
    typed = literal(shortened(request.value(argument), LABEL))
    key = "which_one" if names else "none_at_all"
    text = say(f"steering.{key}", request.language, what=what, typed=typed)
    buttons = _buttons(request, argument, names, labels or {})
    return UnclearError(Reply(text=text, buttons=buttons, is_refused=True))


def _buttons(
    request: Request, argument: str, names: Sequence[str], labels: Mapping[str, str]
) -> tuple[Button, ...]:
    invocation = request.invocation
    return fitting(
        Button(
            action=ACTION + written(invocation.command, {**invocation.values, argument: name}),
            label=shortened(labels.get(name, name), LABEL),
        )
        for name in names[:MOST_BUTTONS]
    )


def refusal(request: Request, key: str, **values: object) -> UnclearError:
    """Say why something can't be done; nothing was changed. ``key`` may name another room of the catalogue."""
    room = "" if "." in key else "steering."
    text = say(room + key, request.language, **values)
    return UnclearError(Reply(text=text, is_refused=True))
