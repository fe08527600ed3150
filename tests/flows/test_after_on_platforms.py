"""A survey and the way back, by the buttons of each platform, through the real SDKs."""

from tests.flows.agents import Desk
from tests.flows.installation import eventually, sees
from tests.platforms.stage import Stage


def with_action(stage: Stage, ending: str) -> list[tuple[str, str]]:
    """Return the customer's messages with such a button: message id and action."""
    return [
        (item.id, action)
        for item in stage.seen(stage.conversation)
        for action in item.actions
        if action.endswith(ending)
    ]


async def press(stage: Stage, ending: str) -> None:
    """Press the customer's first button whose action ends so."""
    await eventually(lambda: with_action(stage, ending), f"a button {ending}")
    message_id, action = with_action(stage, ending)[0]
    await stage.press(stage.conversation, message_id, action)


async def test_a_case_is_rated_and_goes_on(desk: Desk) -> None:
    stage = desk.stage
    await desk.a_case()
    await desk.does("claim")
    await desk.customer_hears("You're now talking with")
    await desk.does("reply All sorted out for you.")
    await desk.customer_hears("All sorted out for you.")
    await desk.does("resolve a new pan was sent")
    await desk.customer_hears("How did we do?")
    await desk.sees("Resolved because: a new pan was sent")

    await press(stage, ":2")
    await desk.customer_hears("Thank you for being honest")
    await desk.sees("2 of 5")
    await stage.write(stage.conversation, "it took far too long")
    await desk.customer_hears("the team reads that in your own words")
    await desk.sees("it took far too long")

    threads = len(stage.threads())
    await stage.write(stage.conversation, "I want to talk to a person, please")
    await desk.sees("Opened again")
    await desk.customer_hears("I've passed you back to our team")
    await desk.does("claim")
    await desk.does("reply Here again.")
    await sees(stage, stage.conversation, "Here again.")
    assert len(stage.threads()) == threads
