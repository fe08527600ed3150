"""Back with the bot: it knows what people said, never repeats what failed, and never loops back."""

import pytest
from redis.asyncio import Redis

from bot.conversation.escalating.listening import Listening
from bot.texts import say
from bot.vocabulary.conversations import OwnerKind, Speaker
from bot.vocabulary.messages import Author
from bot.vocabulary.turns import Decision
from handoff.desk.chat import ChatDesk
from handoff.mood import DefaultMoodReader
from tests.builders import a_message
from tests.fakes import ScriptedKnowledge
from tests.flows.kit import Flow

ANSWERS = {
    "pan": [("p1", "Heat it to 200 °C.", 0.9), ("p2", "Never above 250 °C.", 0.9)],
    "parcel": [("d1", "Parcels take three to five working days.", 0.9)],
    "sartén": [("p1", "Caliéntala a 200 °C.", 0.9)],
}
LETTERS = "We sent a new one: your parcel will arrive on Friday."


@pytest.fixture
def flow(redis_client: Redis) -> Flow:
    return Flow(redis=redis_client, knowledge=ScriptedKnowledge(answers=ANSWERS))


async def a_human_stretch(flow: Flow, *lines: str, wish: str = "agent please") -> None:
    await flow.write(wish)
    await flow.agent("/claim")
    for line in lines:
        await flow.agent(f"/reply {line}")
    await flow.agent("/resolve")


async def is_with_bot(flow: Flow) -> bool:
    conversation = await flow.conversation()
    case = conversation.case
    return conversation.owner.kind is OwnerKind.BOT and case is not None and not case.is_open


@pytest.mark.parametrize("ending", ["/resolve", "/return"])
@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ("agent please", ["thanks!", "how hot must the pan be?", "ok, bye"]),
        (
            "quiero hablar con una persona",
            ["¡gracias!", "¿a cuánto pongo la sartén?", "vale, adiós"],
        ),
    ],
)
async def test_after_the_end_nothing_hands_over_again(
    flow: Flow, ending: str, wish: str, words: list[str]
) -> None:
    """What others report: resolved, then the next message is handed over at once, for ever."""
    await flow.write(wish)
    await flow.agent("/claim")
    await flow.agent(ending)
    threads = len(flow.adapter.threads())
    for text in words:
        said = await flow.write(text)
        assert len(said) == 1
        assert await is_with_bot(flow), text
    assert len(flow.adapter.threads()) == threads


async def test_the_old_question_again_opens_no_case_and_repeats_nothing_that_failed(
    flow: Flow,
) -> None:
    await flow.write("how hot must the pan be?")
    await flow.write("no, that's not it")
    await flow.write("no, that's wrong too")
    assert (await flow.conversation()).owner.kind is OwnerKind.QUEUE
    await flow.agent("/claim")
    await flow.agent("/resolve")
    [said] = await flow.write("how hot must the pan be?")
    assert "200 °C" not in said
    assert "250 °C" not in said
    assert flow.knowledge.queries[-1].excluded == {"p1", "p2"}
    assert await is_with_bot(flow)


async def test_unsure_answers_are_counted_anew(flow: Flow) -> None:
    for text in ("what is the meaning of life", "where does the sun go", "who let dogs out"):
        await flow.write(text)
    assert (await flow.conversation()).owner.kind is OwnerKind.QUEUE
    await flow.agent("/claim")
    await flow.agent("/resolve")
    await flow.write("why is the sea salty")
    assert await is_with_bot(flow)


async def test_a_wish_from_before_is_no_question_any_more(flow: Flow) -> None:
    await a_human_stretch(flow, LETTERS)
    await flow.write("how hot must the pan be?")
    history = flow.knowledge.queries[-1].history
    assert history == (LETTERS,)


@pytest.mark.parametrize("question", ["and when does it arrive?", "what did Ana say?"])
async def test_what_people_said_takes_the_place_of_an_answer_that_is_not_sure(
    flow: Flow, question: str
) -> None:
    await a_human_stretch(flow, "Hello!", LETTERS, "Have a nice day!")
    [said] = await flow.write(question)
    quote = say(
        "after.recalled_today",
        "en",
        name="Ana",
        words=r"We sent a new one\: your parcel will arrive on Friday\.",
    )
    assert said == f"{quote}\n\n{say('after.recalled_alone', 'en')}"
    assert [button.action for button in flow.last().buttons] == ["human"]
    receipt = await flow.receipt()
    assert receipt.decision is Decision.OFFER_HUMAN
    assert "Ana" in receipt.reasons[0]
    assert await is_with_bot(flow)
    await flow.write("yes")
    assert (await flow.conversation()).owner.kind is OwnerKind.QUEUE


async def test_what_people_said_stands_before_a_sure_answer(flow: Flow) -> None:
    await a_human_stretch(flow, LETTERS)
    [said] = await flow.write("when will my parcel arrive?")
    quote, answer = said.split("\n\n", 1)
    assert quote.startswith("Earlier today Ana wrote: “We sent a new one")
    assert answer == "Parcels take three to five working days."
    lines = (await flow.conversation()).history
    assert lines[-1].speaker is Speaker.BOT
    assert lines[-1].text == said
    assert flow.last().sources


async def test_in_spanish_as_well(flow: Flow) -> None:
    await a_human_stretch(
        flow,
        "Te devolvemos el dinero en cinco días.",
        wish="quiero hablar con una persona, por favor",
    )
    [said] = await flow.write("¿y lo que me dijo Ana?")
    assert said.startswith("Hoy Ana escribió: «Te devolvemos el dinero en cinco días")
    assert said.endswith(say("after.recalled_alone", "es"))


async def test_another_matter_is_answered_without_a_quote(flow: Flow) -> None:
    await a_human_stretch(flow, LETTERS)
    assert await flow.write("how hot must the pan be?") == ["Heat it to 200 °C."]


async def test_as_a_brand_the_quote_names_nobody(redis_client: Redis) -> None:
    desk = ChatDesk(language="en", undo_seconds=0, agents_as="brand", brand="Casa Lumbre")
    flow = Flow(redis=redis_client, knowledge=ScriptedKnowledge(answers=ANSWERS), chat_desk=desk)
    await a_human_stretch(flow, LETTERS)
    [said] = await flow.write("when will my parcel arrive?")
    assert said.startswith("Earlier today Casa Lumbre wrote")
    assert "Ana" not in said


async def test_what_an_agent_took_back_was_never_said(flow: Flow) -> None:
    await flow.write("agent please")
    await flow.agent("/claim")
    await flow.agent("/reply Your parcel is lost.")
    await flow.agent("/undo")
    await flow.agent("/reply Your parcel will come on Friday.")
    await flow.agent("/resolve")
    said = (await flow.conversation()).memo.humans_said
    assert [line.text for line in said] == ["Your parcel will come on Friday."]


async def test_notes_are_never_what_people_said(flow: Flow) -> None:
    await flow.write("agent please")
    await flow.agent("/claim")
    await flow.agent("the parcel is surely lost, don't tell")
    await flow.agent("/reply I look into it.")
    await flow.agent("/resolve")
    [said] = await flow.write("what did Ana say about the parcel?")
    assert "lost" not in said


async def test_who_leaves_for_the_bot_is_remembered_too(flow: Flow) -> None:
    await flow.write("agent please")
    await flow.agent("/claim")
    await flow.agent(f"/reply {LETTERS}")
    await flow.press("bot")
    [said] = await flow.write("when will my parcel arrive?")
    assert said.startswith("Earlier today Ana wrote")


async def test_somebody_else_in_the_channel_is_not_quoted_to(flow: Flow) -> None:
    await a_human_stretch(flow, LETTERS)
    dani = Author(user_id="dani", display_name="Dani")
    [said] = await flow.arrive(
        a_message(
            "when will my parcel arrive?",
            conversation=flow.customer,
            author=dani,
            is_direct=False,
        )
    )
    assert said == "Parcels take three to five working days."


@pytest.mark.parametrize(
    ("angry", "calm", "hot"),
    [
        (
            ["This is a disgrace, nothing works!", "I am sick of you idiots, worst company ever!"],
            "how hot must the pan be?",
            "You useless liars, I am furious! Worst service ever!",
        ),
        (
            ["¡Esto es una vergüenza, no funciona nada!", "Sois unos inútiles, ¡estoy furiosa!"],
            "¿a cuánto pongo la sartén?",
            "¡Sois unos sinvergüenzas, estoy harta! ¡Qué asco de empresa!",
        ),
    ],
)
async def test_the_anger_that_led_there_leads_there_no_more_but_a_new_one_does(
    redis_client: Redis, angry: list[str], calm: str, hot: str
) -> None:
    flow = Flow(
        redis=redis_client,
        knowledge=ScriptedKnowledge(answers=ANSWERS),
        listening=Listening(reader=DefaultMoodReader()),
    )
    for text in angry * 2:
        if (await flow.conversation()).owner.kind is OwnerKind.BOT:
            await flow.write(text)
    assert (await flow.conversation()).owner.kind is OwnerKind.QUEUE
    await flow.agent("/claim")
    await flow.agent("/reply I am sorry, this is solved now.")
    await flow.agent("/resolve")
    level = (await flow.conversation()).memo.mood.level
    [said] = await flow.write(calm)
    assert "200 °C" in said
    assert await is_with_bot(flow)
    assert (await flow.conversation()).memo.mood.level < level
    for _ in range(3):
        await flow.write(hot)
    conversation = await flow.conversation()
    assert conversation.memo.offered or conversation.owner.kind is OwnerKind.QUEUE
