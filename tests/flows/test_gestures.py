"""What agents do on each platform: by words and by buttons, once each, across restarts."""

from bot.vocabulary.messages import Platform
from tests.flows.agents import Desk
from tests.flows.installation import eventually


async def test_every_verb_works_as_words(desk: Desk) -> None:
    await desk.a_case()
    await desk.does("claim")
    await desk.sees("has taken this case")
    await desk.does("note the parcel is lost")
    await desk.does("reply We are looking for it.")
    await desk.customer_hears("We are looking for it.")
    await desk.does("release")
    await desk.sees("back in the queue")
    await desk.does("help")
    await desk.sees("private note")
    await desk.does("dance")
    await desk.sees("nothing was sent")
    await desk.does("claim")
    await desk.does("return")
    await desk.customer_hears("handed you back to me")
    seen = desk.stage.seen(desk.stage.conversation)
    assert not any("parcel is lost" in item.text for item in seen)


async def test_plain_words_times_tags_and_cards_work_on_each_platform(desk: Desk) -> None:
    await desk.a_case()
    await desk.stage.write(desk.thread, "Lo tomo", who=desk.stage.agent)
    await desk.sees("has taken this case")
    await desk.does("priority urgente")
    await desk.sees("has set the priority: urgent")
    await desk.does("tag +vip")
    await desk.sees("#vip")
    await desk.does("snooze 2h waiting for the warehouse")
    await desk.sees("lets this case sleep until")
    await desk.does("case")
    await desk.sees("sleeps")
    await desk.does("transcript")
    await desk.sees("Page 1 of 1")
    await desk.presses("case:help")
    await desk.sees("Put this case back into the queue")
    await desk.does("reply Here it is.")
    await desk.customer_hears("Here it is.")
    seen = desk.stage.seen(desk.stage.conversation)
    told = " ".join(item.text for item in seen if item.by_relevo)
    assert not any(words in told for words in ("vip", "urgen", "warehouse", "sleep"))


async def test_buttons_outlive_a_restart(desk: Desk) -> None:
    await desk.a_case()
    await desk.stop()
    await desk.start()
    await desk.presses("case:claim")
    await desk.customer_hears(desk.stage.agent.name)
    await desk.stop()
    await desk.start()
    await desk.presses("case:resolve")
    await desk.customer_hears("has marked this as solved")


async def test_a_button_that_is_pressed_again_does_nothing_again(desk: Desk) -> None:
    await desk.a_case()
    await desk.presses("case:claim")
    await desk.sees("has taken this case")
    await desk.presses("case:claim")
    await desk.sees("already has this case")
    await desk.presses("case:resolve")
    await desk.sees("has resolved this case")
    await desk.presses("case:claim")
    await desk.presses("case:release")
    await eventually(lambda: desk.in_thread("closed, so nothing") == 2, "two refusals")
    assert desk.in_thread("has taken this case") == 1
    seen = desk.stage.seen(desk.stage.conversation)
    assert sum("now talking with" in item.text for item in seen) == 1


async def test_a_form_asks_for_the_reply_where_there_are_forms(desk: Desk) -> None:
    await desk.a_case()
    await eventually(lambda: desk.with_action("case:reply"), "a button to reply")
    [card, *_] = desk.with_action("case:reply")
    if desk.stage.platform is Platform.TELEGRAM:
        await desk.presses("case:reply")
        await desk.sees("Write the answer behind the command")
        return
    await desk.stage.press(desk.thread, card, "case:reply", who=desk.stage.agent, text="By *form*.")
    await desk.customer_hears("By *form*.")
    await desk.presses("case:undo:" + _undo(desk))
    await desk.sees("taken back")


def _undo(desk: Desk) -> str:
    actions = [action for item in desk.stage.seen(desk.thread) for action in item.actions]
    return next(action for action in actions if action.startswith("case:undo:")).removeprefix(
        "case:undo:"
    )
