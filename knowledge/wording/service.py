"""A translation server of one's own, as LibreTranslate and those that speak like it have it.

``POST {"q": …, "source": "es", "target": "en", "format": "text"}`` gives ``{"translatedText": …}``.
"""

import asyncio
import json
import logging
from dataclasses import dataclass
from typing import cast

import httpx
from pydantic import SecretStr

from knowledge.breaker import Breaker
from knowledge.guards.masking import Masking
from knowledge.wording.kept import lost_fact, made_safe
from knowledge.wording.model import LONGEST

logger = logging.getLogger(__name__)

_OK = 200
_MOST_BYTES = 200_000
_FAILURES = 5
_PAUSE_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceOptions:
    """Where the server is, its key if it wants one, and how long it may take."""

    url: str
    api_key: SecretStr
    seconds: float = 4.0


class TranslationService:
    """Implements ``Translator``. No redirect is followed, so that the key goes nowhere else."""

    def __init__(self, options: ServiceOptions) -> None:
        self._options = options
        self._breaker = Breaker(failures=_FAILURES, pause=_PAUSE_SECONDS)

    async def translate(
        self, text: str, *, source: str, target: str, asker: str | None = None
    ) -> str | None:
        """See ``Translator.translate``; ``asker`` pays nothing here."""
        del asker
        if not text.strip() or len(text) > LONGEST or source == target:
            return None
        masking = Masking()
        body = {"q": masking.mask(text, own=True), "source": source, "target": target}
        said = await self._ask({**body, "format": "text"})
        if said is None:
            return None
        after = masking.restore(said)
        if lost_fact(text, after, may_leave_out=False) is not None:
            logger.warning("a translation says something else")
            return None
        return made_safe(text, after) or None

    async def _ask(self, body: dict[str, str]) -> str | None:
        if not self._breaker.allows():
            return None
        try:
            async with asyncio.timeout(self._options.seconds):
                said = await _translated(self._options, body)
        except (httpx.HTTPError, TimeoutError, ValueError) as error:
            self._breaker.failed()
            logger.warning("no translation", extra={"kind": type(error).__name__})
            return None
        self._breaker.succeeded()
        return said


async def _translated(options: ServiceOptions, body: dict[str, str]) -> str:
    """Ask once.

    Raises:
        httpx.HTTPError: It can't be reached.
        ValueError: It refused, gave no translation, or far too much.
    """
    key = options.api_key.get_secret_value()
    sent = {**body, "api_key": key} if key else body
    async with httpx.AsyncClient(timeout=options.seconds) as client:
        headers = {"Accept-Encoding": "identity"}  # compressed, few bytes could be very many
        async with client.stream("POST", options.url, json=sent, headers=headers) as answer:
            if answer.status_code != _OK:
                raise ValueError(f"status {answer.status_code}")
            content = bytearray()
            async for part in answer.aiter_bytes():
                content += part
                if len(content) > _MOST_BYTES:
                    raise ValueError(f"more than {_MOST_BYTES:,} bytes")
    return _text_of(json.loads(content))


def _text_of(given: object) -> str:
    said = cast("dict[str, object]", given).get("translatedText") if isinstance(given, dict) else 0
    if not isinstance(said, str) or not said.strip():
        raise ValueError("no translation")
    return said
