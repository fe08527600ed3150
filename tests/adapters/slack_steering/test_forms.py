"""A command that lacks something opens a form; what is filled in travels as its line."""

import pytest
from redis.asyncio import Redis

from bot.vocabulary.commands import read
from bot.vocabulary.messages import MessageKind
from tests.adapters.slack_steering.kit import ADMIN, CHANNEL, THEIRS, last, opened, sent, typed
from tests.platforms.slack.faults import DROPPED, Fault, refusal
from tests.platforms.slack.forms import fields
from tests.platforms.slack.stage import DESK, DIRECT, SlackStage, place
from tests.platforms.slack.under_test import SlackUnderTest, slack


async def test_a_filled_in_form_is_the_commands_line_in_the_direct_conversation(
    either: SlackUnderTest,
) -> None:
    platform = either
    view = await opened(platform, "agent add")
    assert platform.intake.handed == []
    values = {"person": "U0AGENT001", "name": 'Ana "la jefa"', "teams": "Billing, Shipping"}
    answer = await sent(platform, view, values)
    assert answer.payload == {"response_action": "clear"}
    message = last(platform)
    assert (message.kind, message.conversation) == (MessageKind.NEW, THEIRS)
    assert (message.author.user_id, message.is_direct) == (ADMIN.user_id, True)
    invocation = read(message.text)
    assert invocation is not None
    assert invocation.command.name == "agent_add"
    assert invocation.values == values | {"person": "slack:U0AGENT001"}


async def test_a_form_speaks_the_language_of_a_person_who_never_wrote_before(
    either: SlackUnderTest,
) -> None:
    platform = either
    delivered = await typed(platform, "holidays")
    assert delivered.payload == {
        "response_type": "ephemeral",
        "text": "Rellena el formulario, por favor: te respondo por mensaje directo.",
    }
    [view] = platform.server.workspace.views.values()
    assert view["title"]["text"] == "/relevo holidays"
    assert view["submit"]["text"] == "Enviar"
    assert view["blocks"][0]["text"]["text"] == "Ver o cambiar los festivos de un equipo"
    team, action, day = fields(view).values()
    assert (team["label"]["text"], team["optional"]) == ("Un equipo", False)
    assert team["element"]["type"] == "external_select"
    assert team["element"]["placeholder"]["text"] == "Escribe para buscar"
    assert [it["value"] for it in action["element"]["options"]] == ["list", "add", "remove"]
    assert (day["element"]["type"], day["optional"]) == ("plain_text_input", True)


async def test_a_form_shows_what_was_typed_and_nothing_that_is_set(
    platform: SlackUnderTest,
) -> None:
    view = await opened(platform, "canned set name=hi language=es")
    shown = fields(view)
    assert shown["name"]["element"]["initial_value"] == "hi"
    assert shown["language"]["element"]["initial_option"]["value"] == "es"
    assert "initial_value" not in shown["text"]["element"]
    assert shown["text"]["element"]["multiline"] is True
    await sent(platform, view, {"text": "¡Hola!\n\n¿Qué tal?"})
    invocation = read(last(platform).text)
    assert invocation is not None
    assert invocation.values == {"name": "hi", "language": "es", "text": "¡Hola!\n\n¿Qué tal?"}


async def test_what_is_alone_written_to_be_filled_in_may_stay_empty(
    platform: SlackUnderTest,
) -> None:
    await sent(platform, await opened(platform, "tono"), {})
    assert last(platform).text == "/tone"
    await typed(platform, "tone Be brief.")
    assert last(platform).text == "/tone Be brief."


async def test_blanks_are_no_value(platform: SlackUnderTest) -> None:
    view = await opened(platform, "team add")
    answer = await sent(platform, view, {"name": "  ", "topics": "billing"})
    assert answer.payload == {
        "response_action": "errors",
        "errors": {"name": "Rellena esto, por favor."},
    }
    assert platform.intake.handed == []


async def test_what_can_not_be_stored_stays_in_the_form(
    either: SlackUnderTest,
) -> None:
    platform = either
    view = await opened(platform, "topics set")
    values = {"name": "shipping", "words": "parcel"}
    platform.intake.failing = True
    refused = await sent(platform, view, values)
    assert refused.payload["response_action"] == "errors"
    assert list(refused.payload["errors"]) == ["name"]
    assert "no se ha podido guardar" in refused.payload["errors"]["name"]
    platform.intake.failing = False
    assert (await sent(platform, view, values)).payload == {"response_action": "clear"}
    assert len(platform.intake.handed) == 1


async def test_what_has_no_direct_conversation_now_stays_in_the_form(
    platform: SlackUnderTest,
) -> None:
    view = await opened(platform, "topics set")
    platform.server.faults.add("conversations.open", refusal("internal_error"))
    refused = await sent(platform, view, {"name": "a", "words": "b"})
    assert refused.payload["response_action"] == "errors"
    assert platform.intake.handed == []


async def test_a_form_that_is_sent_twice_is_one_event(platform: SlackUnderTest) -> None:
    view = await opened(platform, "topics set")
    for _ in range(2):
        await sent(platform, view, {"name": "a", "words": "b"})
    assert len({message.event_key for message in platform.intake.handed}) == 1


@pytest.mark.parametrize("fault", [DROPPED, Fault(after=0.4), refusal("expired_trigger_id")])
async def test_where_no_form_opens_the_core_asks(
    platform: SlackUnderTest, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.commanding.OPENING_SECONDS", 0.1)
    platform.server.faults.add("views.open", fault)
    delivered = await typed(platform, "team add")
    assert delivered.payload["text"] == "Gracias, te respondo por mensaje directo."
    assert (last(platform).text, last(platform).conversation) == ("/team add", THEIRS)


async def test_a_command_that_is_told_again_opens_no_second_form(
    platform: SlackUnderTest,
) -> None:
    body = platform.stage.command_body(place(CHANNEL), "team add", ADMIN)
    for _ in range(2):
        assert (await platform.server.tell("slash_commands", body)).acknowledged
    assert len(platform.server.workspace.views) == 1
    assert platform.intake.handed == []


async def test_anybody_may_open_a_form_and_it_is_the_core_that_refuses(
    platform: SlackUnderTest,
) -> None:
    await platform.stage.command(place(CHANNEL), "settings set")
    [view] = platform.server.workspace.views.values()
    await sent(platform, view, {"setting": "a.b", "value": "1"}, SlackStage.customer)
    message = last(platform)
    assert (message.text, message.conversation) == (
        "/settings set setting=a.b value=1",
        place(DIRECT),
    )
    assert message.author.user_id == SlackStage.customer.user_id


async def test_in_the_direct_conversation_no_note_is_needed(platform: SlackUnderTest) -> None:
    await platform.stage.write(platform.conversation, "hi")
    delivered = await platform.stage.command(platform.conversation, "ask")
    assert (delivered.acknowledged, delivered.payload) == (True, None)
    [view] = platform.server.workspace.views.values()
    await sent(platform, view, {"question": "Where is it?"}, SlackStage.customer)
    assert (last(platform).text, last(platform).conversation) == (
        '/ask question="Where is it?"',
        platform.conversation,
    )


async def test_the_desk_opens_forms_of_admins_and_keeps_the_agents_verbs(
    platform: SlackUnderTest,
) -> None:
    await sent(platform, await opened(platform, "team add", DESK), {"name": "Night"})
    assert (last(platform).text, last(platform).conversation) == ("/team add name=Night", THEIRS)
    for words in ("claim", "help", "who", "snooze 1h"):
        await typed(platform, words, DESK)
        assert (last(platform).text, last(platform).conversation) == (f"/{words}", place(DESK))
    await typed(platform, "claim 4711", DESK)
    assert (last(platform).text, last(platform).conversation) == ("/claim 4711", THEIRS)


async def test_a_form_of_another_workspace_or_of_no_command_is_none(
    platform: SlackUnderTest,
) -> None:
    view = await opened(platform, "topics set")
    elsewhere = view["private_metadata"].replace("T0RELEVO01", "T0OTHER001")
    for told in (elsewhere, "{", '{"command": ["rm"], "at": "slack:T:C"}', '{"command": 5}'):
        answer = await sent(
            platform, view | {"private_metadata": told}, {"name": "a", "words": "b"}
        )
        assert (answer.acknowledged, answer.payload) == (True, None)
    assert platform.intake.handed == []


async def test_without_a_core_that_completes_everything_is_typed(redis_client: Redis) -> None:
    async with slack(redis_client) as platform:
        await platform.stage.command(place(DIRECT), "route set")
        [view] = platform.server.workspace.views.values()
        kinds = {field["element"]["type"] for field in fields(view).values()}
        assert kinds == {"plain_text_input"}
