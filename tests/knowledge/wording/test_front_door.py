"""The front door opens each model once: answers, other words and translations share its breaker."""

from bot.app.models import open_models
from bot.app.wording import build_wordings
from config.settings import load
from tests.knowledge.model.server import KEY, ModelServer, Says

FAILURES = 5


async def test_what_fails_for_one_rests_for_all(server: ModelServer) -> None:
    server.always = Says(status=500)
    settings = load(None, llm={"model": "openai:small", "base_url": server.url, "api_key": KEY})
    models = open_models(settings)
    wordings = build_wordings(settings, models)
    translator = wordings.translator
    assert translator is not None
    assert translator is wordings.rewriter
    for _ in range(FAILURES):
        assert await translator.translate("Hello.", source="en", target="es") is None
    assert not models[0].breaker.allows()
    asked = len(server.asked)
    assert await translator.translate("Hello.", source="en", target="es") is None
    assert len(server.asked) == asked


def test_without_a_model_and_a_server_nobody_translates() -> None:
    wordings = build_wordings(load(None))
    assert (wordings.rewriter, wordings.translator) == (None, None)


def test_a_translation_server_goes_before_the_model() -> None:
    llm = {"model": "openai:small", "base_url": "http://127.0.0.1:9/v1"}
    settings = load(None, llm=llm, translation={"url": "http://127.0.0.1:9/translate"})
    wordings = build_wordings(settings, open_models(settings))
    assert wordings.rewriter is not None
    assert wordings.translator is not wordings.rewriter
    off = load(None, llm=llm, copilot={"translate": False})
    assert build_wordings(off, open_models(off)).translator is None
