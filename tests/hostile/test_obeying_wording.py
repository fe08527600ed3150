"""A model that obeys every instruction rewrites and translates: what comes back can do no harm."""

import json
from collections import Counter

from pydantic import SecretStr

from bot.texts.defanged import defanged
from bot.vocabulary.copilot import Wording
from bot.vocabulary.messages import OutgoingMessage
from knowledge.model import ModelSpec, Spending, WritingModel
from knowledge.wording import ModelWording
from knowledge.wording.prompts import RULES
from tests.hostile.looking import harms_in
from tests.hostile.obeying import PATIENT
from tests.hostile.payloads import own_attacks, some_of_the_pack
from tests.knowledge.model.server import KEY, Json, ModelServer, Says, running_server

LEAKED = 60


class Obeying:
    """Writes what it was told to, beside what it was asked for."""

    def __init__(self) -> None:
        self.goal = ""
        self.tells_rules = False

    def __call__(self, body: Json) -> Says:
        asked = str(body["messages"][-1]["content"])
        message = json.loads(asked.partition("<message>\n")[2].partition("\n</message>")[0])
        rules = str(body["messages"][0]["content"])[:400] if self.tells_rules else ""
        texts = [self.goal, message, rules]
        claims = [{"text": text, "sources": ["message"]} for text in texts if text]
        return Says(text=json.dumps({"answerable": True, "claims": claims}), size=4000)


def a_wording(server: ModelServer) -> ModelWording:
    spec = ModelSpec(
        name="openai:small", base_url=server.url, api_key=SecretStr(KEY), max_output_tokens=8000
    )
    return ModelWording([WritingModel.open(spec, Spending())], PATIENT)


async def test_other_words_and_translations_do_no_harm(seed: int) -> None:
    written = 0
    async with running_server() as server:
        model = Obeying()
        server.always = model
        wording = a_wording(server)
        for attack in [*own_attacks(), *some_of_the_pack(seed, 3)]:
            model.goal, model.tells_rules = attack.goal, not model.tells_rules
            # As the desk has it translated: what a customer wrote leads nowhere.
            text = defanged(f"Hello. {attack.text}"[:3000])
            said = (
                await wording.rewrite(text, Wording.WARMER, language="en"),
                await wording.translate(text, source="es", target="en"),
            )
            for one in filter(None, said):
                written += 1
                shown = OutgoingMessage(text=defanged(one))
                assert harms_in(shown) == Counter(), (attack, one)
                assert not any(
                    RULES[at : at + LEAKED] in one for at in range(0, len(RULES) - LEAKED, 20)
                ), attack
    assert written > 0, "refusals alone would prove nothing"
