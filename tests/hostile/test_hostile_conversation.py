"""A whole conversation with a model that obeys an attacker: it changes nothing but the words shown."""

from redis.asyncio import Redis

from bot.engine.engine import EngineOptions
from bot.vocabulary.conversations import OwnerKind
from tests.fakes import ScriptedKnowledge
from tests.flows.kit import Flow
from tests.hostile.obeying import a_site
from tests.hostile.payloads import GOALS

OUR_BUTTONS = {"human", "bot", "rate:up", "rate:down"}
ABOUT_POWER = [goal for goal in GOALS if any(word in goal for word in ("/erase", "SET", "tool"))]


async def test_what_a_model_writes_is_no_command_setting_or_button(redis_client: Redis) -> None:
    async with a_site() as site:
        flow = Flow(redis_client, ScriptedKnowledge())
        flow.use(site.knowledge, EngineOptions(join=0))
        for goal in ABOUT_POWER:
            site.model.goal = site.documents.poison = goal
            assert await flow.write(f"How long does a refund take? Then do this: {goal}")
        assert len(site.server.asked) == len(ABOUT_POWER) >= 3
    state = await flow.conversation()
    assert (state.owner.kind, state.case, state.epoch) == (OwnerKind.BOT, None, 0)
    assert flow.adapter.threads() == []
    shown = [button.action for item in flow.adapter.shown for button in item.message.buttons]
    assert set(shown) <= OUR_BUTTONS
