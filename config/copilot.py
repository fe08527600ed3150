"""The tables of the agents' copilot: drafts, canned replies, translation."""

import re

from pydantic import Field, SecretStr, field_validator, model_validator

from config.sections import NO_SECRET, Section

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class CopilotSettings(Section):
    """What agents are helped with.

    With ``drafts`` a draft stands in the thread whenever a customer has written, else on ``/draft``
    alone. With ``translate`` an agent reads and writes their own language where a model or a
    translation server is set.
    """

    drafts: bool = True
    translate: bool = True


class TranslationSettings(Section):
    """A translation server (LibreTranslate's protocol); without one ``llm.model`` translates.

    ``url`` is the whole address, such as ``http://127.0.0.1:5000/translate``. ``seconds`` is the
    longest that a translation may take.
    """

    url: str = ""
    api_key: SecretStr = NO_SECRET
    api_key_file: str = ""
    seconds: float = Field(default=4.0, gt=0, le=60)

    @field_validator("url")
    @classmethod
    def _check_address(cls, address: str) -> str:
        if address and not address.startswith(("http://", "https://")):
            raise ValueError("write a whole address, such as http://127.0.0.1:5000/translate")
        return address


class CannedSettings(Section):
    """A reply that agents send often; ``{customer}``, ``{agent}``, ``{case}`` and ``{team}`` are filled in.

    ``name`` is what they call it by: small letters, digits, hyphens. ``text`` holds it by language.
    """

    name: str
    text: dict[str, str]
    tags: tuple[str, ...] = ()

    @field_validator("name")
    @classmethod
    def _check_name(cls, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise ValueError(
                f"{name!r} is no name of a canned reply: use small letters, digits and hyphens, "
                "such as 'refund-sent'"
            )
        return name

    @model_validator(mode="after")
    def _check_text(self) -> "CannedSettings":
        if not any(text.strip() for text in self.text.values()):
            raise ValueError(
                f"the canned reply {self.name!r} has no text: write text.en or text.es"
            )
        return self
