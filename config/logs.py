"""Log lines: one JSON object each on stderr, ids and lengths only.

Message bodies are never logged. As a second net, anything that looks like a token is masked.
"""

import json
import logging
import re
import sys
import time

from typing_extensions import override

_SECRETS = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+|\d{6,}:[A-Za-z0-9_-]{30,}|sk-[\w-]{16,}"
    r"|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)|[\w-]{24}\.[\w-]{6}\.[\w-]{27,}"
)
_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
LIBRARIES = (
    *("docket", "aiohttp.access", "asyncio", "httpx", "httpx2", "telegram", "pypdf"),
    *("openai", "langchain", "langchain_core", "langchain_openai"),
)
"""Loggers of libraries, which speak only of trouble; some would tell what people wrote."""


def mask(text: str) -> str:
    """Replace what looks like a credential (Slack, Telegram, Discord, API keys, URL passwords)."""
    return _SECRETS.sub("***", text)


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON with its extra fields."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        line |= {key: value for key, value in vars(record).items() if key not in _STANDARD}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return mask(json.dumps(line, ensure_ascii=True, default=str))


def set_up(level: str = "INFO") -> None:
    """Send all logs to stderr as JSON; libraries speak only from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)
