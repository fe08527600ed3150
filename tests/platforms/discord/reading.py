"""Discord's Markdown as its apps read it: what people see, who is pinged, what is previewed.

The rules are those of Discord's apps as they are publicly known (a rule set over simple-markdown):
tried at each position in this order, the first that matches wins.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

Match = re.Match[str]
Write = Callable[[Match], str]

PING = re.compile(r"@everyone|@here|<@!?(?P<user>\d+)>|<@&(?P<role>\d+)>")
ADDRESS = re.compile(r"(?<!<)https?://[^\s<]+[^<.,:;\"')\]\s]")


def visible(content: str) -> str:
    """Return the words that people see, without any markup."""
    found: list[str] = []
    at = 0
    while at < len(content):
        is_start = at == 0 or content[at - 1] == "\n"
        for pattern, write, only_at_start in RULES:
            match = pattern.match(content, at) if is_start or not only_at_start else None
            if match and match.end() > at:
                found.append(write(match))
                at = match.end()
                break
        else:
            found.append(content[at])
            at += 1
    return "".join(found)


def pings(content: str, allowed: Mapping[str, Any] | None) -> list[str]:
    """Return whom it notifies; without ``allowed_mentions`` Discord notifies all that are named."""
    found: list[str] = []
    for match in PING.finditer(content):
        kind = "users" if match["user"] else "roles" if match["role"] else "everyone"
        named = allowed is not None and match["user"] in (allowed.get("users") or ())
        if allowed is None or named or kind in (allowed.get("parse") or ()):
            found.append(match["user"] or match["role"] or match[0])
    return found


def unfurls(content: str, flags: int) -> int:
    """Count the previews that Discord would fetch."""
    return 0 if flags & 4 else len(ADDRESS.findall(content))


def _nothing(_match: Match) -> str:
    return ""


def _inside(group: int) -> Write:
    return lambda match: visible(match[group])


def _same(group: int) -> Write:
    return lambda match: match[group]


RULES: tuple[tuple[re.Pattern[str], Write, bool], ...] = (
    (re.compile(r"#{1,3} +"), _nothing, True),
    (re.compile(r"-# +"), _nothing, True),
    (re.compile(r"> "), _nothing, True),
    (re.compile(r" *(?:[-*]|\d+\.) +(?=\S)"), lambda match: match[0].replace("*", "-"), True),
    (
        re.compile(r"```(?:[a-z0-9_+\-.#]*\n)?\n*([^\n][\s\S]*?)\n*```", re.IGNORECASE),
        _same(1),
        False,
    ),
    (re.compile(r"\\([^0-9A-Za-z\s])"), _same(1), False),
    (re.compile(r"<([^: >]+:/[^ >]+)>"), _same(1), False),
    (re.compile(r"https?://[^\s<]+[^<.,:;\"')\]\s]"), _same(0), False),
    (
        re.compile(
            r"\[((?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*)\]\(\s*<?((?:\([^)]*\)|[^\s\\]|\\.)*?)>?\s*\)"
        ),
        _inside(1),
        False,
    ),
    (re.compile(r"<@!?(\d+)>"), lambda match: f"@PERSON-{match[1]}", False),
    (re.compile(r"<@&(\d+)>"), lambda match: f"@ROLE-{match[1]}", False),
    (re.compile(r"<#(\d+)>"), lambda match: f"#CHANNEL-{match[1]}", False),
    (re.compile(r"<a?:(\w+):(\d+)>"), lambda match: f"EMOJI-{match[1]}", False),
    (re.compile(r"<t:(-?\d+)(:[tTdDfFsSR])?>"), lambda match: f"TIME-{match[1]}", False),
    (re.compile(r"</([^:>]+):(\d+)>"), lambda match: f"COMMAND-{match[1]}", False),
    (re.compile(r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)"), _inside(1), False),
    (re.compile(r"__((?:\\[\s\S]|[^\\])+?)__(?!_)"), _inside(1), False),
    (
        re.compile(r"\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)"),
        _inside(1),
        False,
    ),
    (re.compile(r"\b_((?:__|\\[\s\S]|[^\\_])+?)_\b"), _inside(1), False),
    (re.compile(r"~~([\s\S]+?)~~(?!_)"), _inside(1), False),
    (re.compile(r"\|\|([\s\S]+?)\|\|"), lambda match: f"HIDDEN-{visible(match[1])}", False),
    (re.compile(r"(`+)([\s\S]*?[^`])\1(?!`)"), lambda match: match[2].strip(), False),
)
