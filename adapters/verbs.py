"""The agents' verbs as menus offer them: their names, what they do, what is written behind them (pure).

What a verb does is said in the catalogue (``verbs.<name>``), as for the desk's own help card.
"""

from bot.texts import catalogue, say

VERBS = (
    *("claim", "reply", "note", "resolve", "return", "release", "assign", "transfer"),
    *("snooze", "followup", "next", "who", "away", "back"),
    *("draft", "send", "shorter", "warmer", "translate", "canned", "undo"),
    *(
        "case",
        "transcript",
        "priority",
        "tag",
        "facts",
        "remember",
        "link",
        "merge",
        "reopen",
        "help",
    ),
)
"""In the order of menus: what is needed most comes first. To edit a draft is a button alone."""

PRIORITIES = ("urgent", "high", "normal", "low")
"""What can stand behind ``priority``; ``verbs.priority_<name>`` is how people read it."""


def described(verb: str, language: str) -> str:
    """Say what a verb does."""
    return say(f"verbs.{verb}", language)


def usage(verb: str, language: str) -> str:
    """Say what is written behind a verb; nothing when it stands alone."""
    key = f"verbs.usage_{verb}"
    return say(key, language) if key in catalogue() else ""


def takes_words(verb: str) -> bool:
    """Whether something can be written behind a verb."""
    return bool(usage(verb, "en"))


def needs_words(verb: str) -> bool:
    """Whether something must be written behind a verb: what may be left out stands in brackets."""
    return takes_words(verb) and not usage(verb, "en").startswith("[")
