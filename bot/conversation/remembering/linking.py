"""Joins two accounts of one person by a code that is typed on the other side, and separates them."""

from bot.conversation.remembering import questions
from bot.conversation.remembering.codes import digits_of, in_groups
from bot.conversation.remembering.requests import Request
from bot.conversation.remembering.telling import sentence, spoken, told
from bot.vocabulary.conversations import MemoryStep
from bot.vocabulary.memory import identity_of
from bot.vocabulary.turns import Plan


async def link(request: Request) -> Plan:
    """Give a code, or take one that was given on the other side."""
    if request.replies.code:
        return await _redeem(request)
    code = await request.memories.offer_code(request.principal)
    if code is None:
        return told(request.replies, "code_later")
    text = sentence(request.replies, "code", code=in_groups(code))
    line = sentence(request.replies, "line_code")
    return spoken(request.replies, text, reason="code", line=line)


async def _redeem(request: Request) -> Plan:
    digits = digits_of(request.replies.code)
    if not digits:
        return told(request.replies, "code_shape")
    result = await request.memories.redeem(request.principal, digits)
    return told(request.replies, f"link_{result}")


async def unlink(request: Request) -> Plan:
    """Ask whether this account is to stand on its own again."""
    view = await request.memories.view(request.principal)
    if not {*view.linked} - {identity_of(request.principal)}:
        return told(request.replies, "not_joined")
    text = sentence(request.replies, "asks_unlink")
    return questions.ask(request, MemoryStep.UNLINK, text)


async def unlinked(request: Request) -> Plan:
    """Separate this account, after a yes."""
    await request.memories.unlink(request.principal)
    return told(request.replies, "done_unlink")
