"""The admins' office: what is done, what is asked back, what is refused, and what is kept of it."""

from dataclasses import replace

import pytest
from redis.asyncio import Redis

from bot.admin.requests import Reply, Request
from bot.engine.client.connection import run_command
from bot.engine.keys import ConversationKeys
from bot.engine.mailbox import Mailbox
from bot.engine.receipts import Receipts
from bot.vocabulary.commands import COMMANDS
from bot.vocabulary.messages import Author, MessageKind, Platform
from bot.vocabulary.standing import CompletionRequest, Standing
from bot.vocabulary.turns import Outcome
from tests.admin.kit import ANA, House, a_house, a_line, a_place, a_press_of
from tests.flows.remembering import everything


@pytest.fixture
async def house(redis_client: Redis) -> House:
    return await a_house(redis_client)


async def test_a_change_shows_old_and_new_counts_at_once_and_can_be_undone(house: House) -> None:
    shown = await house.says("/settings set escalation.answer_above 0.61")
    assert "escalation\\.answer\\_above: 0\\." in shown.text
    assert shown.text.endswith("→ **0\\.61**")
    assert house.live.value("escalation.answer_above") == 0.61
    [undo] = shown.buttons
    assert undo.action == "admin:/settings undo change=1"
    before = shown.text.split(": ")[-1].split(" →")[0].replace("\\", "")
    shown = await house.presses(undo.action)
    assert "Taken back" in shown.text
    assert str(house.live.value("escalation.answer_above")) == before
    shown = await house.presses(undo.action)
    assert "change" in shown.text
    assert str(house.live.value("escalation.answer_above")) == before
    entries = await house.audit()
    assert [one.action for one in entries] == ["settings_undo", "settings_set"]
    assert entries[1].actor_id == f"slack:home:{ANA}"
    assert entries[1].place == str(a_place(ANA))
    assert "0.61" in entries[1].detail


async def test_another_process_follows_before_it_authorises(redis_client: Redis) -> None:
    here, there = await a_house(redis_client), await a_house(redis_client)
    await here.says("/admins add slack:bea")
    shown = await there.says("/settings show escalation.answer_above", who="bea")
    assert "default" in shown.text
    await here.says("/admins remove slack:bea")
    shown = await there.says("/settings show escalation.answer_above", who="bea")
    assert "Only administrators" in shown.text


async def test_a_wrong_value_changes_nothing_and_is_explained(house: House) -> None:
    before = house.live.value("escalation.answer_above")
    shown = await house.says("/settings set escalation.answer_above 7")
    assert "answer" in shown.text
    shown = await house.says("/settings set escalation.anser_above 0.5")
    assert "answer\\_above" in shown.text
    assert house.live.value("escalation.answer_above") == before
    assert await house.audit() == []


async def test_what_stands_in_the_file_can_count_again(house: House) -> None:
    fitted = house.live.value("escalation.answer_above")
    assert (
        "like that already"
        in (await house.says("/settings set escalation.answer_above default")).text
    )
    await house.says("/settings set escalation.answer_above 0.61")
    await house.says("/settings set escalation.answer_above default")
    assert house.live.value("escalation.answer_above") == fitted
    await house.says("/settings set authority.platform_admins no")
    await house.says("/settings set authority.platform_admins por defecto")
    assert house.live.value("authority.platform_admins") is True
    await house.says("/settings set answers.tone warm")
    await house.says("/settings set answers.tone none")
    assert house.live.value("answers.tone") == ""
    assert "There is no setting" in (await house.says("/settings set answers.tune default")).text


async def test_what_fits_the_file_no_more_is_taken_back(redis_client: Redis) -> None:
    house = await a_house(redis_client, teams=[{"name": "Care"}])
    await house.says("/settings set teams[Care].hours mon 09:00-10:00")
    house = await a_house(redis_client)
    assert set(house.live.unfit) == {"teams[Care].hours"}
    assert "Done" in (await house.says("/settings set teams[Care].hours default")).text
    assert house.live.changed == ()


async def test_a_form_holds_what_is_read_as_the_same_again(house: House) -> None:
    for path, typed, held in (
        ("answers.glossary", '{"pan": ["pot"]}', '{"pan": ["pot"]}'),
        ("answers.link_hosts", "a.example, b.example", "a.example, b.example"),
        ("answers.link_hosts", ", ".join(f"h{n}.example" for n in range(50)), ""),
    ):
        await house.says(f"/settings set {path} {typed}")
        [form] = (await house.says(f"/settings show {path}")).buttons
        assert (form.asks, form.prefill) == (True, held)


async def test_undo_takes_back_the_last_change_that_counts(house: House) -> None:
    await house.says("/settings set desk.brand One")
    await house.says("/settings set answers.tone warm")
    await house.says("/settings undo")
    await house.says("/settings undo 3")
    assert house.live.value("answers.tone") == "warm"
    await house.says("/settings undo")
    assert (house.live.value("answers.tone"), house.live.value("desk.brand")) == ("", "One")
    assert "no number of a change" in (await house.says(f"/settings undo {'9' * 5000}")).text


async def test_a_secret_is_refused_and_kept_nowhere(house: House, redis_client: Redis) -> None:
    typed = "sk-abcdefghij1234567890"
    for line in (f"/settings set llm.api_key {typed}", f"/settings set answers.tone {typed}"):
        shown = await house.says(line)
        assert "I take no secrets in a chat" in shown.text
        assert "make a new one" in shown.text
    shown = await house.says("/settings set slack.bot_token something")
    assert "RELEVO_SLACK__BOT_TOKEN" in shown.text
    assert typed not in await everything(redis_client)
    assert (await house.audit(1))[0].detail == "refused: a secret for slack.bot_token"


async def test_nothing_of_a_command_is_in_history_or_receipts(
    house: House, redis_client: Redis
) -> None:
    await house.says("/settings set answers.tone warm and brief")
    conversation, _ = await Mailbox(redis_client, deadline=1, lease_seconds=1).read(a_place(ANA))
    assert conversation.history == ()
    [receipt] = await Receipts(redis_client, deadline=1).latest(a_place(ANA), 5)
    assert (receipt.question, receipt.outcome) == ("/settings set", Outcome.COMMANDED)


async def test_a_yes_after_a_command_answers_nothing_from_before(house: House) -> None:
    asked = await house.says("/memory erase slack:home:carla")
    assert "Shall I erase it?" in asked.text
    await house.says("/settings show escalation")
    assert "being erased" not in (await house.says("yes")).text
    yes = next(one.action for one in asked.buttons if one.action.startswith("memory:answer:yes"))
    pressed = replace(a_press_of(""), action=yes)
    assert "being erased" not in (await house.arrives(pressed)).text


async def test_an_erasure_is_authorised_once_more_with_the_yes(house: House) -> None:
    for named in ("slack:home:carla", "slack:carla"):
        assert "`slack:home:carla`" in (await house.says(f"/memory erase {named}")).text
    house.adapters[Platform.SLACK].people[ANA] = Standing.GUEST
    assert "Only administrators" in (await house.says("yes")).text
    house.adapters[Platform.SLACK].people[ANA] = Standing.MEMBER
    await house.says("/memory erase slack:carla")
    assert "being erased" in (await house.says("yes")).text
    assert [one.action for one in await house.audit()] == ["memory_erase", "memory_refused"]


async def test_what_failed_three_times_tells_no_team_and_keeps_no_value(
    house: House, redis_client: Redis
) -> None:
    async def fail(request: Request) -> Reply:
        raise LookupError(request.key)

    handlers = house.administration.office.handlers
    assert isinstance(handlers, dict)
    handlers["settings_set"] = fail  # a fault of ours
    message = a_line("/settings set answers.tone the-value-itself")
    await house.engine.inbox.accept(message)
    for _ in range(4):
        await house.engine.worker.serve(str(message.conversation))
    [shown] = house.adapters[Platform.SLACK].texts(message.conversation)
    assert "failed three times" in shown
    assert house.adapters[Platform.SLACK].threads() == []
    dead = await run_command(
        redis_client, "XRANGE", ConversationKeys(message.conversation).dead, "-", "+"
    )
    assert len(dead) == 1
    assert "the-value-itself" not in str(dead)


async def test_a_missing_choice_is_asked_for_with_buttons(house: House) -> None:
    shown = await house.says("/holidays team=Billing")
    assert "Please tell me one thing more: list, add or remove." in shown.text
    assert [one.action for one in shown.buttons][:3] == [
        f"admin:/holidays team=Billing action={action}" for action in ("list", "add", "remove")
    ]
    await house.presses(shown.buttons[0].action)
    assert house.tripwires.done == [("holidays", {"team": "Billing", "action": "list"})]


async def test_what_is_set_up_can_be_chosen(redis_client: Redis) -> None:
    teams = [{"name": f"Team {number}"} for number in range(3)]
    house = await a_house(redis_client, teams=teams)
    shown = await house.says("/team remove")
    assert [one.label for one in shown.buttons][:3] == ["Team 0", "Team 1", "Team 2"]
    many = [{"name": f"Topic {number}", "words": ["x"]} for number in range(40)]
    house = await a_house(redis_client, topics=many)
    shown = await house.says("/topics remove")
    assert "There are 40, among them `Topic 0`" in shown.text
    assert len(shown.buttons) <= 20


async def test_a_text_is_asked_for_with_a_form(house: House) -> None:
    shown = await house.says("/kb add")
    [form, explain] = shown.buttons
    assert (form.asks, form.action) == (True, "admin:/kb add")
    assert "kb add SOURCE" in (await house.presses(explain.action)).text
    await house.presses(form.action, text="https://example.com")
    assert house.tripwires.done == [("kb_add", {"source": "https://example.com"})]
    await house.presses(form.action)  # where there are no forms the text stays empty
    assert len(house.tripwires.done) == 1


async def test_a_bare_group_shows_its_commands(house: House) -> None:
    for line in ("/settings", "/settings dance", "/relevo settings"):
        shown = await house.says(line)
        actions = [one.action for one in shown.buttons]
        assert actions == [f"admin:/settings {one}" for one in ("show", "set", "undo")]
    assert "Only administrators" in (await house.says("/kb", who="carla")).text


async def test_help_is_the_customers_for_customers_and_the_table_for_admins(house: House) -> None:
    shown = await house.says("/help", who="carla")
    assert "Just write your question" in shown.text
    assert "settings set" not in shown.text
    for line, kind in (("/ayuda", MessageKind.NEW), ("/help", MessageKind.EDITED)):
        again = await house.arrives(replace(a_line(line, who="carla"), kind=kind))
        assert again.text == shown.text
    shown = await house.says("/help")
    assert all(f"/{' '.join(command.words)}" in shown.text for command in COMMANDS)
    shown = await house.says("/help settings set")
    assert "`/settings set SETTING VALUE`" in shown.text
    assert "**VALUE** – The new value" in shown.text
    assert "/kb gaps" in (await house.says("/help kb")).text
    assert await house.audit() == [], "asking for help is nothing that could be refused"


async def test_an_admin_is_answered_in_their_language(house: House) -> None:
    author = Author(user_id=ANA, display_name="Ana", locale="es-ES")
    shown = await house.arrives(replace(a_line("/ajustes"), author=author))
    assert "Todos los ajustes" in shown.text or "Estos ajustes" in shown.text
    for line in ("/auditoría", "/AUDITORIA"):
        shown = await house.arrives(replace(a_line(line), author=author))
        assert shown.text == "No hay nada anotado."


async def test_a_question_behind_a_command_is_one(house: House) -> None:
    for message in (a_line("/ask do you ship?"), a_press_of("/ask do you ship?")):
        shown = await house.arrives(replace(message, conversation=a_place("carla")))
        assert "We ship." in shown.text
    asked = await house.says("/ask", who="carla")
    assert "one thing more: A question, in your own words." in asked.text
    explain = next(one.action for one in asked.buttons if not one.asks)
    assert "Just write your question" in (await house.presses(explain, who="carla")).text


async def test_who_goes_on_after_many_refusals_is_told_once(house: House) -> None:
    texts = [(await house.says("/status", who="carla")).text for _ in range(24)]
    assert "Only administrators" in texts[19]
    assert texts[20] == texts[23], "nothing more is said"
    assert "Only administrators" not in texts[20]
    assert len(await house.audit(50)) == 24, "each of them is noted"
    looks = house.adapters[Platform.SLACK].looks
    assert len(looks) == 20, "nobody is looked up for what is too much"
    assert "Only" not in (await house.says("/status", who=ANA)).text


async def test_an_edited_command_and_a_lost_button_do_nothing(house: House) -> None:
    edited = replace(a_line("/settings set answers.tone kind"), kind=MessageKind.EDITED)
    assert "send it as a new message" in (await house.arrives(edited)).text
    assert "no longer does anything" in (await house.presses("/dance now")).text
    assert await house.live.changes(5) == []


async def test_a_look_that_fails_is_told_and_noted(house: House) -> None:
    for look, why in (("timeout", "did not answer in time"), ("error", "ConnectionLostError")):
        house.adapters[Platform.SLACK].look = look
        shown = await house.says("/settings set answers.tone kind")
        assert "could not make sure" in shown.text
        assert why in (await house.audit(1))[0].detail
    assert await house.live.changes(5) == []


async def test_the_platforms_admins_may_where_the_desk_is(house: House) -> None:
    house.adapters[Platform.SLACK].people["pia"] = Standing.ADMIN
    assert "Settings" in (await house.says("/settings show escalation", who="pia")).text
    off = "/settings set authority.platform_admins false"
    assert "not named as an admin yourself" in (await house.says(off, who="pia")).text
    assert house.live.value("authority.platform_admins") is True
    await house.says(off)
    assert "Only" in (await house.says("/settings show escalation", who="pia")).text


class TestCompletions:
    @staticmethod
    def request(command: str, argument: str, typed: str, who: str = ANA) -> CompletionRequest:
        return CompletionRequest(
            author=Author(user_id=who, display_name=who),
            place=a_place(who),
            command=command,
            argument=argument,
            typed=typed,
        )

    async def test_admins_are_offered_what_fits(self, house: House) -> None:
        complete = house.administration.completions.complete
        found = await complete(self.request("settings_set", "setting", "answer_ab"))
        assert found == ["escalation.answer_above"]
        assert await complete(self.request("mode", "mode", "c")) == ["copilot", "canary"]
        assert "kb add" in await complete(self.request("help", "command", "kb"))
        every = await complete(self.request("settings set", "setting", ""))
        assert len(every) == 25
        assert await complete(self.request("settings set", "setting", "api_key")) == []

    async def test_nobody_else_is_and_a_look_counts_for_a_minute(self, house: House) -> None:
        complete = house.administration.completions.complete
        for _ in range(3):
            assert await complete(self.request("mode", "mode", "", who="carla")) == ()
            assert len(await complete(self.request("mode", "mode", ""))) == 5
        assert house.adapters[Platform.SLACK].looks == ["carla", ANA]
        house.adapters[Platform.SLACK].look = "error"
        assert await complete(self.request("mode", "mode", "", who="dora")) == ()
