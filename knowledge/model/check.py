"""Whether a model answers at all: one tiny call, for ``relevo doctor``."""

import asyncio
from contextlib import aclosing

from knowledge.model.client import Form, ModelSpec, open_client
from knowledge.model.failures import Failure, ModelFailedError
from knowledge.model.prompt import Prompt
from knowledge.model.streaming import Clock, Deadlines, Heard, read_words

_CURES = {
    Failure.KEY: "The provider of {model} refuses the key: set {key}.",
    Failure.MODEL: "The provider has no model {model}, or not for this key: correct {setting}.",
    Failure.REQUEST: (
        "{model} refuses our request: check llm.temperature and llm.max_output_tokens, which not every "
        "model takes."
    ),
    Failure.LIMIT: "The provider of {model} has no capacity for us: check its quota and your plan.",
    Failure.UNREACHABLE: "{model} can't be reached: check {address} and the network.",
    Failure.EMPTY: "{model} answers with nothing: check that it is a chat model.",
}
_OTHERWISE = "{model} does not work now, so answers are quoted: {reason}."
_MOST_CHARACTERS = 20_000
_PROMPT = Prompt(system="Answer with one word.", user="Say: ready", passages=(), tokens=12)


async def check_model(spec: ModelSpec, deadlines: Deadlines) -> str | None:
    """Ask a model for a word; returns what is wrong and what helps, None when it answers.

    Raises:
        ConfigurationError: It can't even be opened.
    """
    client = open_client(spec)
    heard = Heard()
    clock = Clock(deadlines, asyncio.get_running_loop().time() + deadlines.total)
    chunks = client.write(_PROMPT, Form.ASKED)
    try:
        words = read_words(chunks, clock, heard, most_characters=_MOST_CHARACTERS)
        async with aclosing(words):
            said = "".join([piece async for piece in words])
    except ModelFailedError as error:
        return _sentence(spec, error)
    return None if said.strip() else _sentence(spec, ModelFailedError(Failure.EMPTY))


def _sentence(spec: ModelSpec, error: ModelFailedError) -> str:
    own = spec.setting_of("base_url")
    return _CURES.get(error.failure, _OTHERWISE).format(
        model=spec.name,
        setting=spec.setting,
        key=spec.setting_of("api_key"),
        address=own if spec.base_url else f"the provider's status, {own}",
        reason=error,
    )
