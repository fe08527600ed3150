"""Asks for an argument that is missing: with buttons for what can be chosen, a form where there is one."""

from collections.abc import Sequence

from bot.admin.buttons import MOST_BUTTONS, action_of, fitting
from bot.admin.helping import argument_words, does, help_action, usage
from bot.admin.offering import Offered, Offers
from bot.admin.requests import ACTION, Reply
from bot.texts import say, shortened
from bot.vocabulary.commands import Argument, ArgumentKind, Invocation, written
from bot.vocabulary.messages import Button

LABEL = 60
"""Characters of a button's label; Slack shows 75, Discord 80."""


async def ask_for(
    invocation: Invocation, argument: Argument, offers: Offers, *, language: str, prefix: str
) -> Reply:
    """Ask for one argument of a command."""
    command = invocation.command
    text = say(
        "admin.missing",
        language,
        does=does(command, language),
        argument=argument_words(argument, language),
        usage=usage(command, prefix),
    )
    if argument.kind is ArgumentKind.SETTING:
        choices, rest = _sections(offers), ()
    else:
        offered = await offers.all(argument)
        choices = _choices(invocation, argument, offered)
        rest = offered if len(choices) < len(offered) else ()
    if rest:
        some = ", ".join(f"`{one.value}`" for one in rest[:MOST_BUTTONS])
        text = f"{text}\n\n{say('admin.some_of', language, count=len(rest), some=some)}"
    explain = Button(action=help_action(command), label=say("admin.button_help", language))
    return Reply(text=text, buttons=(*(choices or _form(invocation, language)), explain))


def _sections(offers: Offers) -> tuple[Button, ...]:
    """Let the part be chosen first: there are more settings than buttons."""
    return tuple(
        Button(action=action_of("settings show", setting=one.value), label=one.label)
        for one in offers.sections()
    )[:MOST_BUTTONS]


def _choices(
    invocation: Invocation, argument: Argument, offered: Sequence[Offered]
) -> tuple[Button, ...]:
    if len(offered) > MOST_BUTTONS:
        return ()
    return fitting(
        Button(
            action=ACTION
            + written(invocation.command, {**invocation.values, argument.name: one.value}),
            label=shortened(one.label, LABEL),
        )
        for one in offered
    )


def _form(invocation: Invocation, language: str) -> tuple[Button, ...]:
    """Let the platform ask for the text, where it has forms."""
    action = ACTION + written(invocation.command, invocation.values)
    return fitting([Button(action=action, label=say("admin.button_fill_in", language), asks=True)])
