"""Slack's events over HTTP: only signed by Slack, only recent, only small."""

import logging
from collections.abc import Mapping
from typing import cast

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from bot.vocabulary.failpoints import failpoint

logger = logging.getLogger(__name__)

PATH = "/slack/events"
MOST_BYTES = 1024 * 1024
_SIGNED = ("X-Slack-Request-Timestamp", "X-Slack-Signature")


class Webhook:
    """Verifies a request by its raw body before anything of it is read."""

    def __init__(self, app: AsyncApp, signing_secret: str) -> None:
        self._app = app
        self._verifier = SignatureVerifier(signing_secret)

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Answer one request of Slack's."""
        if (request.content_length or 0) > MOST_BYTES:
            raise web.HTTPRequestEntityTooLarge(max_size=MOST_BYTES, actual_size=MOST_BYTES + 1)
        raw = await request.read()
        if len(raw) > MOST_BYTES:
            raise web.HTTPRequestEntityTooLarge(max_size=MOST_BYTES, actual_size=len(raw))
        if not self._is_slacks(raw, request):
            logger.warning("request without Slack's signature refused")
            raise web.HTTPUnauthorized(text="The signature is not Slack's.")
        answer = await self._app.async_dispatch(_read(raw, request))
        response = await to_aiohttp_response(answer)
        await response.prepare(request)
        await response.write_eof()
        failpoint("acknowledged")
        return response

    def _is_slacks(self, raw: bytes, request: web.Request) -> bool:
        if any(len(request.headers.getall(name, [])) != 1 for name in _SIGNED):
            return False
        headers = {name: request.headers[name] for name in _SIGNED}
        try:
            return self._verifier.is_valid_request(raw, headers)
        except (ValueError, TypeError):
            return False


def _read(raw: bytes, request: web.Request) -> AsyncBoltRequest:
    headers = {name: [value] for name, value in request.headers.items()}
    try:
        return AsyncBoltRequest(
            body=raw.decode(),
            query=request.query_string,
            headers=cast("Mapping[str, list[str]]", headers),  # pyright: ignore[reportArgumentType]
        )
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise web.HTTPBadRequest(text="The body can't be read.") from error
