"""What the scripted core says to the page's admin: answers with tables and buttons, and values."""

from collections.abc import Sequence

from adapters.playground import PlaygroundAdapter
from bot.vocabulary.commands import ADMIN_ACTION, read
from bot.vocabulary.messages import Button, IncomingMessage, OutgoingMessage
from bot.vocabulary.standing import CompletionRequest

SETTINGS = (
    "escalation.answer_above",
    "escalation.clarify_above",
    "desk.brand",
    "conversation.suggestions",
)
LONG = "/settings set setting=desk.brand value=" + "Casa Lumbre " * 24
STATUS = OutgoingMessage(
    text=(
        "**Relevo is well.** 212 conversations this week.\n\n"
        "| Topic | Mode | Answered by the bot |\n|---|---|---|\n"
        "| shipping | shadow | 91 % as good as the human's |\n| returns | auto | 78 % |\n\n"
        "`escalation.answer_above` is **0.35** *(file)*."
    ),
    buttons=(
        Button(
            action=f"{ADMIN_ACTION}/mode mode=copilot topic=shipping", label="Shipping: copilot"
        ),
        Button(action=f"{ADMIN_ACTION}/settings undo", label="Undo"),
        Button(action=f"{ADMIN_ACTION}{LONG}", label="Name the brand"),
        Button(
            action=f"{ADMIN_ACTION}/hours team=Billing",
            label="Hours",
            asks=True,
            prefill="mon-fri 9:00-18:00",
        ),
    ),
)


def answer_to(message: IncomingMessage) -> OutgoingMessage:
    """Answer a command by its name, and a pressed button by its line."""
    line = message.text if message.action is None else message.action.removeprefix(ADMIN_ACTION)
    found = read(line)
    if found is None:
        return OutgoingMessage(text="I know no such command.")
    if found.command.name == "status":
        return STATUS
    if found.command.name == "help":
        return OutgoingMessage(text="\n".join(f"- line {number}" for number in range(60)))
    values = "".join(f"\n- `{name}`: {value}" for name, value in found.values.items())
    return OutgoingMessage(text=f"Done: **{' '.join(found.command.words)}**{values}")


async def complete(request: CompletionRequest) -> Sequence[str]:
    """Offer settings that have what was typed in them."""
    known = SETTINGS if request.argument == "setting" else ("Billing", "First level")
    return [value for value in known if request.typed.lower() in value.lower()]


async def steer(adapter: PlaygroundAdapter, message: IncomingMessage) -> None:
    """Answer the admin in their own conversation."""
    await adapter.typing(message.conversation)
    await adapter.send(message.conversation, answer_to(message), key=message.event_key)
