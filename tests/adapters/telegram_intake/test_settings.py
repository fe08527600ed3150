"""A webhook, secret or token that can't be right is refused in plain words."""

import pytest
from redis.asyncio import Redis

from adapters.telegram.webhook import complete_webhook
from bot.vocabulary.errors import ConfigurationError
from tests.platforms.telegram.stage import TelegramStage, an_adapter


@pytest.mark.parametrize("secret", ["", "with space", "ü", "x" * 257, "a\n"])
async def test_a_webhook_without_a_fit_secret_is_refused(
    stage: TelegramStage, redis_client: Redis, secret: str
) -> None:
    with pytest.raises(ConfigurationError, match="webhook_secret"):
        an_adapter(stage, redis_client, webhook_url="https://h", webhook_secret=secret)


@pytest.mark.parametrize(
    ("given", "full"),
    [
        ("https://bot.example.com", "https://bot.example.com/telegram/webhook"),
        ("https://bot.example.com/", "https://bot.example.com/telegram/webhook"),
        ("https://bot.example.com/hooks/tg", "https://bot.example.com/hooks/tg"),
    ],
)
def test_the_webhooks_address_is_completed(given: str, full: str) -> None:
    assert complete_webhook(given) == full


@pytest.mark.parametrize("url", ["bot.example.com", "ftp://x", "https://", ""])
def test_a_webhook_that_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="webhook_url"):
        complete_webhook(url)


@pytest.mark.parametrize("token", ["", "abc", "123", "123:", ":abc", "123:a b", "123:abc\n"])
async def test_what_is_no_token_is_refused_without_repeating_it(
    stage: TelegramStage, redis_client: Redis, token: str
) -> None:
    with pytest.raises(ConfigurationError, match=r"telegram\.token") as raised:
        an_adapter(stage, redis_client, token=token)
    assert not token or token not in str(raised.value)
