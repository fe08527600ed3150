"""What travels in a round trip: hostile texts, each platform's events, and what people then see.

``Channel`` is one platform: how an event with a text looks there, and how the pieces that Relevo
sends are read. Readers are written from the platforms' documents, not from our renderers.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from os.path import commonprefix
from pathlib import Path
from typing import Any, cast

from hypothesis import strategies as st
from telegram import MessageEntity

from adapters.discord import parse as discord_parse
from adapters.discord import render as discord_render
from adapters.slack import parse as slack_parse
from adapters.slack import render as slack_render
from adapters.telegram import parse as telegram_parse
from adapters.telegram import render as telegram_render
from bot.vocabulary.messages import IncomingMessage, OutgoingMessage, Platform

NAUGHTY = Path(__file__).parents[3] / "shared/data/naughty-strings/strings.jsonl"
NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)

FRAGMENTS = (
    "@everyone", "@here", "@@admin", "/@admin", "@ad**min**", "@**admin**", "**@ad**min", "@ad`min`",
    "@[ad](https://x.example)min", "<!channel>", "<!here|x>", "<@U012AB3CD>", "<@123456789012345678>",
    "<@&123456789012345678>", "<#C012AB3CD>", "<t:1700000000:R>", "<:pan:123456789012345678>",
    "</ask:123456789012345678>", "<id:guide>", "@relevo_bot", "@channel", "/start", "/reply x",
    "!claim", "<script>alert(1)</script>", "<b>", "&amp;", "&lt;", "&#42;", "&", "<", ">",
    "**", "*", "_", "__", "~~", "~", "`", "```", "````", "```py\n", "||", "# ", "## ", "-# ", "- ",
    "> ", ">>> ", "1. ", "2) ", "+ ", "\\", "\\*", "\\\\", "[x](javascript:alert(1))", "](",
    "[a](https://x.example/a_b_(c))", "[https://bank.example](https://evil.example)",
    "![y](http://h.example/i.png)", "<https://x.example>", "https://x.example/a_b*c~d?e=f&g=h#i",
    "http://x.example/(a)", "www.x.example", "me@x.example", "+34 600 000 000", "#tag", "$CASH",
    "| a | b |\n|---|---|\n| c | d |", "---", "===", "[a]: http://x.example", ":smile:", ":)",
    "👩‍👩‍👧‍👦", "🏴‍☠️", "🇪🇸", "👍🏽", "e\u0301", "Z\u0351\u036b\u0343", "\u202e", "\u2066", "مرحبا", "\u200b",
    "\ufeff", "\u00ad", "\x00", "\x07", "\x1b[31m", "\t", "\r\n", "\r", "\u2028", "\x85", "\u3000",
    "\u202a", "\u2029", "a\u030a", "\u030a", "\u0333", "\u033f", "\u2800",
    "¡Hola!", "日本語", "\ud83d", "\udc00", "x" * 60, "\n", "\n\n", " ", "  ", "{name} %s ${x} {{7*7}}",
)  # fmt: skip
"""What is markup, a mention, a command or a trap somewhere."""

anything = st.characters(exclude_categories=())
short = st.lists(
    st.sampled_from(FRAGMENTS) | st.text(max_size=8) | st.text(alphabet=anything, max_size=4),
    max_size=20,
).map("".join)
long = st.tuples(short, st.integers(20, 200)).map(lambda pair: (pair[0] + " ") * pair[1])
texts = st.one_of(short, short, short, short, st.text(max_size=200), long)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One message as its platform shows it.

    ``size`` is its length in the platform's unit, ``pings`` what would notify somebody.
    """

    text: str
    size: int
    pings: Sequence[str] = ()


def all_of(text: str) -> str:
    """A text of which a platform leaves nothing out."""
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One platform. ``limit`` is the most that one message may hold.

    ``kept`` is a text without what the platform's own servers leave out of it, whoever writes.
    """

    platform: Platform
    limit: int
    hear: Callable[[str], IncomingMessage | None]
    show: Callable[[OutgoingMessage], Sequence[Seen]]
    expected: Callable[[str], str | None]
    """What the core reads of a text; None where the text itself has a meaning to the platform."""
    kept: Callable[[str], str] = all_of


def naughty_strings() -> list[str]:
    lines = NAUGHTY.read_text(encoding="utf-8").split("\n")
    return [json.loads(line)["text"] for line in lines if line]


def whole(text: str) -> str:
    """Replace halves of surrogate pairs; whole pairs become the character that they stand for."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def exact(text: str) -> bool:
    """Whether a text has nothing that no platform can show: controls, halves of characters."""
    return all(unicodedata.category(char) not in {"Cc", "Cs"} or char == "\n" for char in text)


def solid(text: str) -> str:
    """A text without white space, what platforms can't show, and what stands for that."""
    return "".join(
        char
        for char in text.replace("\N{REPLACEMENT CHARACTER}", "")
        if not char.isspace() and unicodedata.category(char) not in {"Cc", "Cs"}
    )


def first_difference(told: str, wanted: str) -> tuple[str, str] | None:
    """Where two texts part, and how they go on; pytest's own comparison of long ones takes minutes."""
    if told == wanted:
        return None
    at = len(commonprefix([told, wanted]))
    return told[at : at + 80], wanted[at : at + 80]


def is_visible(text: str) -> bool:
    """Whether there is anything to see in a text."""
    return any(
        unicodedata.category(char)[0] not in "ZC" and unicodedata.category(char) != "Mn"
        for char in text
    )


# Slack


def slack_hear(text: str) -> IncomingMessage | None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    event = {
        "type": "message",
        "channel": "D024BE91L",
        "channel_type": "im",
        "user": "U2147483697",
        "team": "T1",
        "ts": "1355517523.000005",
        "text": escaped,
    }
    heard = slack_parse.parse(event, slack_parse.Scene(team_id="T1", user_id="UBOT00001"))
    return heard.message if heard else None


def slack_show(message: OutgoingMessage) -> Sequence[Seen]:
    pieces = slack_render.pieces(message, may_name=True)
    return [_slack_seen(piece.payload()) for piece in pieces]


def _slack_seen(payload: dict[str, Any]) -> Seen:
    """Rich text is never parsed; ``text`` is what notifications show, and is."""
    words: list[str] = []
    pings = re.findall(r"<[@!#][^>]*>|<https?:", payload["text"])
    for element in _slack_leaves(payload["blocks"], "rich_text"):
        match element["type"]:
            case "text":
                words.append(element["text"])
            case "link":
                words.append(element["text"])
                assert element["url"].startswith(("http://", "https://"))
            case other:
                pings.append(other)
    assert payload["unfurl_links"] is payload["unfurl_media"] is False
    assert payload["text"].strip()
    return Seen(text="".join(words), size=len(payload["text"]), pings=pings)


def _slack_leaves(blocks: list[dict[str, Any]], *kinds: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for block in blocks:
        inner = cast("list[dict[str, Any]] | None", block.get("elements"))
        if inner is None:
            found.append(block)
        elif not kinds or block["type"] in kinds:
            found += _slack_leaves(inner)
    return found


# Telegram


def telegram_hear(text: str) -> IncomingMessage | None:
    user = {"id": 7, "is_bot": False, "first_name": "Marta"}
    raw = {
        "update_id": 1,
        "message": {
            "message_id": 5,
            "date": 1_700_000_000,
            "chat": {"id": 7, "type": "private", "first_name": "Marta"},
            "from": user,
            "text": text,
        },
    }
    update = telegram_parse.read_update(raw)
    assert update is not None
    scene = telegram_parse.Scene(bot_id=9, username="relevo_bot")
    return telegram_parse.to_message(update, scene, own=None, now=NOW)


def telegram_show(message: OutgoingMessage) -> Sequence[Seen]:
    pieces = telegram_render.render(message, in_group=True, has_files=False)
    return [_telegram_seen(piece.text, piece.entities) for piece in pieces]


_TELEGRAM_LEAVES_OUT = re.compile("[\u202a-\u202e\u030a\u0333\u033f]")
_TELEGRAM_BLANKS = re.compile(
    "[ \n\u00a0\u1680\u180e\u2000-\u200f\u202f\u205f\u2800\u3000\ufeff\ufffc\U000e0000-\U000e007f]"
)
_RING = re.compile("[AaUuwy]\u030a")


def telegram_keeps(text: str) -> str:
    """TDLib's ``clean_input_string`` does it to every text. A letter with a ring can be saved as
    one character, and a line that U+2028 or U+2029 ends by another end. A text of blanks alone is
    refused, and to Telegram some other signs are blanks too."""
    lines = re.sub("[\u2028\u2029]", "\n", text)
    rings = _RING.sub(lambda pair: unicodedata.normalize("NFC", pair[0]), lines)
    kept = _TELEGRAM_LEAVES_OUT.sub("", rings)
    return kept if _TELEGRAM_BLANKS.sub("", kept) else ""


def _telegram_seen(text: str, entities: Sequence[MessageEntity]) -> Seen:
    """Telegram finds ``@name`` by itself, unless one of the given entities is there already."""
    size = units(text)
    assert telegram_keeps(text) == text
    assert len(entities) <= 100
    covered: set[int] = set()
    for entity in entities:
        assert 0 <= entity.offset < entity.offset + entity.length <= size
        assert entity.type not in {"mention", "text_mention", "url"}
        if entity.type == "text_link":
            assert (entity.url or "").startswith(("http://", "https://"))
        if entity.type in {"code", "pre", "text_link"}:
            covered.update(range(entity.offset, entity.offset + entity.length))
    names = re.finditer(r"(?<!\w)@[A-Za-z]\w{3,31}\b", text)
    pings = [
        name[0]
        for name in names
        if covered.isdisjoint(range(units(text[: name.start()]), units(text[: name.end()])))
    ]
    return Seen(text=text, size=size, pings=pings)


def units(text: str) -> int:
    """The length of a text in UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


# Discord


def discord_hear(text: str) -> IncomingMessage | None:
    raw: dict[str, Any] = {
        "id": "1310000000000000000",
        "channel_id": "1310000000000000001",
        "type": 0,
        "author": {"id": "1310000000000000002", "username": "marta"},
        "content": text,
        "mentions": [],
        "attachments": [],
    }
    place = discord_parse.direct("1310000000000000001")
    me = discord_parse.Me(user_id="1310000000000000009", application_id="1310000000000000009")
    return discord_parse.message(raw, place, me)


def discord_show(message: OutgoingMessage) -> Sequence[Seen]:
    return [_discord_seen(discord_render.create(item)) for item in discord_render.pieces(message)]


def _discord_seen(payload: dict[str, Any]) -> Seen:
    """Mentions notify whoever ``allowed_mentions`` lets through: nobody."""
    nobody = payload["allowed_mentions"]["parse"] == [] and payload["flags"] & 4
    content: str = payload["content"]
    assert content.strip()
    pings = [] if nobody else re.findall(r"@everyone|@here|<@[!&]?\d+>", content)
    return Seen(
        text=discord_words(content), size=len(content.encode("utf-16-le")) // 2, pings=pings
    )


_DISCORD = re.compile(
    r"\\(?P<escaped>[^0-9A-Za-z\s])"
    r"|(?P<url>https?://[^\s<]+[^<.,:;\"')\]\s])"
    r"|(?P<active><https?://[^\s>]+>|\*\*|__|~~|\|\||[*_`]|<@[!&]?\d+>|<#\d+>|<a?:\w+:\d+>|<t:-?\d+(?::\w)?>"
    r"|</[^:>]+:\d+>|<id:\w+>|\[[^\]\n]+\]\((?:<[^>]*>|[^)]*)\))"
    r"|(?P<line>^(?:\#{1,3}|-\#|>>>|>|[-*+]|\d+\.)\s)",
    re.MULTILINE,
)


def discord_words(content: str) -> str:
    """Undo escapes as Discord does; what would be markup there stands between ``⟦⟧``."""

    def read(found: re.Match[str]) -> str:
        if found["escaped"]:
            return found["escaped"]
        return found["url"] or f"⟦{found[0]}⟧"

    return _DISCORD.sub(read, content)


_DISCORD_MEANT = re.compile(r"<@[!&]?\d+>|<a?:\w+:\d+>|</[^:>]+:\d+>|<t:-?\d+(?::\w)?>")

CHANNELS = (
    Channel(
        platform=Platform.SLACK,
        limit=4000,
        hear=slack_hear,
        show=slack_show,
        expected=lambda text: re.sub("[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", text),
    ),
    Channel(
        platform=Platform.TELEGRAM,
        limit=4096,
        hear=telegram_hear,
        show=telegram_show,
        expected=whole,
        kept=telegram_keeps,
    ),
    Channel(
        platform=Platform.DISCORD,
        limit=2000,
        hear=discord_hear,
        show=discord_show,
        expected=lambda text: (
            None
            if _DISCORD_MEANT.search(text)
            else re.sub("[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", text).strip()
        ),
    ),
)
