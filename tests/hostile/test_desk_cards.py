"""What agents read of hostile customers, on every platform: no living link, few messages, all buttons."""

from dataclasses import replace

import pytest

from adapters.discord import render as discord
from adapters.slack import render as slack
from adapters.telegram import render as telegram
from bot.texts import LANGUAGES
from bot.vocabulary.cases import CaseReason, CaseStatus
from bot.vocabulary.conversations import Conversation, HistoryLine, Speaker
from bot.vocabulary.handover import HandoverRequest
from bot.vocabulary.knowledge import Answer, Confidence
from bot.vocabulary.messages import OutgoingMessage
from bot.vocabulary.turns import DeskTurn, Lane, Turn
from handoff.copilot.help import Copilot
from handoff.desk.chat import ChatDesk
from tests.builders import a_conversation, a_message
from tests.handoff.kit import ANA, NOW, a_case, a_turn, says
from tests.hostile.looking import harms_in

WORDS = (
    "see https://evil.com/x and [click](http://evil.com) <https://evil.com|ok> t.me/evil www.evil.ru "
    "discord.gg/evil @everyone <@U1> <!channel> @channel /claim"
)
NAME = "evil.com @everyone"
ANSWER = Answer(
    text="We send a new one.", language="en", sources=(), confidence=Confidence(value=0.3)
)
REQUEST = HandoverRequest(
    reason=CaseReason.REQUESTED,
    reasons=(f"asked ({WORDS})",),
    language="en",
    question=WORDS,
    answer=ANSWER,
)


def said(speaker: Speaker = Speaker.CUSTOMER) -> HistoryLine:
    return HistoryLine(speaker=speaker, name=NAME, text=WORDS, at=NOW)


def opened(language: str) -> list[OutgoingMessage]:
    """Everything with which a case's thread begins."""
    past = a_case(ANA, id="R-0", status=CaseStatus.RESOLVED, resolution=WORDS)
    lines = [line for _ in range(4) for line in (said(), said(Speaker.BOT))]
    conversation = Conversation(ref=a_conversation(), history=tuple(lines), past=(past,))
    author = replace(a_message().author, display_name=NAME)
    message = a_message(WORDS, author=author)
    turn = Turn(id="turn1abcdef", conversation=conversation, messages=(message,), started_at=NOW)
    plan = ChatDesk(language=language, copilot=Copilot()).hand_over(turn, REQUEST)
    return [item.message for item in plan.deliveries if item.lane is Lane.DESK]


async def looked_at(verb: str, language: str) -> list[OutgoingMessage]:
    """What a verb shows of a case whose customer is hostile."""
    case = a_case(ANA, customer=NAME)
    turn: DeskTurn = a_turn(says(f"/{verb}"), case, said(), said(Speaker.AGENT))
    plan = await ChatDesk(language=language, copilot=Copilot()).agent_turn(turn)
    return [item.message for item in plan.deliveries if item.lane is Lane.DESK]


def living_links(message: OutgoingMessage) -> int:
    """Count links of the customer that lead somewhere; that nobody is pinged is proved elsewhere."""
    return harms_in(message)["links"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_no_card_of_a_hostile_customer_has_a_living_link(language: str) -> None:
    cards = opened(language)
    for verb in ("case", "transcript", "who", "help"):
        cards += await looked_at(verb, language)
    assert len(cards) >= 6
    for message in cards:
        assert living_links(message) == 0, message.text
        assert "evil.com" not in (message.speaker or "")


def test_the_look_sees_a_link_that_lives() -> None:
    alive = OutgoingMessage(text=WORDS, is_literal=True)
    assert living_links(alive) > 0


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_card_is_few_messages_with_all_of_its_buttons(language: str) -> None:
    [help_card] = await looked_at("help", language)
    for message in (opened(language)[0], help_card):
        pieces = {
            "slack": len(list(slack.pieces(message, may_name=False))),
            "discord": len(list(discord.pieces(message))),
            "telegram": len(list(telegram.render(message, in_group=True, has_files=False))),
        }
        assert all(count <= 3 for count in pieces.values()), pieces
    briefing = opened(language)[0]
    last = list(discord.pieces(briefing))[-1]
    shown = str(discord.create(last)["components"])
    assert all(button.action in shown for button in briefing.buttons)
