"""What happens only after a yes: by its button, or in words as the answer to that very question.

A yes counts from whoever was asked, within ten minutes, and as long as nothing else was said: an agent's
question in between makes a yes an answer to that.
"""

import re
from datetime import timedelta

from bot.conversation.remembering.requests import Request
from bot.conversation.remembering.telling import sentence, spoken
from bot.conversation.replies import Replies
from bot.conversation.understanding import Understanding
from bot.texts import LANGUAGES, say
from bot.vocabulary.conversations import MemoryQuestion, MemoryStep, Speaker
from bot.vocabulary.messages import Button, MessageKind
from bot.vocabulary.turns import Plan

OPEN_FOR = timedelta(minutes=10)


def ask(request: Request, step: MemoryStep, text: str, *, about: str = "") -> Plan:
    """Ask whether a step is really wanted."""
    replies = request.replies
    question = MemoryQuestion(
        step=step, by=request.author.user_id, at=replies.turn.started_at, about=about
    )
    stamp = _stamp(question)
    buttons = (
        Button(action=f"memory:answer:yes:{stamp}", label=sentence(replies, f"yes_{step}")),
        Button(action=f"memory:answer:no:{stamp}", label=sentence(replies, f"no_{step}")),
    )
    line = sentence(replies, "line_ask")
    return spoken(replies, text, buttons, reason=f"asks_{step}", line=line, question=question)


def pressed(request: Request) -> MemoryQuestion | None:
    """Return the open question whose button was pressed; None when it is over, or another's."""
    question = _open(request.replies)
    return question if question is not None and request.word(2) == _stamp(question) else None


def written(replies: Replies, meaning: Understanding) -> bool | None:
    """Tell whether a message says yes or no to the open question; None when it does neither."""
    question = _open(replies)
    if question is None or not _was_asked_last(replies):
        return None
    if {message.kind for message in replies.turn.messages} != {MessageKind.NEW}:
        return None
    said = _plain(" ".join(message.text for message in replies.turn.messages))
    if said in _labels(f"yes_{question.step}"):
        return True
    if said in _labels(f"no_{question.step}"):
        return False
    if meaning.rest or meaning.wants_human or meaning.affirmation is meaning.refusal:
        return None
    return meaning.affirmation


def _open(replies: Replies) -> MemoryQuestion | None:
    """Return the question that whoever acts now may still answer."""
    turn = replies.turn
    question = turn.conversation.memo.memory_asked
    if question is None or not turn.messages:
        return None
    is_theirs = all(message.author.user_id == question.by for message in turn.messages)
    return question if is_theirs and turn.started_at - question.at <= OPEN_FOR else None


def _was_asked_last(replies: Replies) -> bool:
    """Whether nobody has said anything since."""
    history = replies.turn.conversation.history
    lines = {say("memory.line_ask", language) for language in LANGUAGES}
    return bool(history) and history[-1].speaker is Speaker.BOT and history[-1].text in lines


def _labels(key: str) -> set[str]:
    return {_plain(say(f"memory.{key}", language)) for language in LANGUAGES}


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _stamp(question: MemoryQuestion) -> str:
    return str(round(question.at.timestamp() * 1000))
