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
