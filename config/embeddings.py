"""The tables that name models other than the one that writes: embeddings."""

import re

from pydantic import Field, SecretStr, field_validator

from config.sections import NO_SECRET, Section

_MODEL = re.compile(r"[a-z][a-z0-9_-]*:\S(.*\S)?")


class EmbeddingsSettings(Section):
    """Whose vectors stand for texts; without ``model`` Relevo's own. Times are seconds.

    ``model`` is ``provider:name`` as LangChain has it; ``base_url`` is for servers of one's own. The
    prefixes stand before each question and each passage, for models that were trained so. ``batch``
    passages are embedded at once, within ``timeout_seconds``; a customer's question has
    ``deadline_seconds``, after which it is searched for by its words alone.
    """

    model: str = ""
    base_url: str = ""
    api_key: SecretStr = NO_SECRET
    api_key_file: str = ""
    query_prefix: str = Field(default="", max_length=500)
    passage_prefix: str = Field(default="", max_length=500)
    batch: int = Field(default=64, ge=1, le=2048)
    timeout_seconds: float = Field(default=30.0, gt=0, le=600)
    deadline_seconds: float = Field(default=2.0, gt=0, le=60)

    @field_validator("model")
    @classmethod
    def _check_model(cls, name: str) -> str:
        if name and not _MODEL.fullmatch(name):
            raise ValueError(
                "write provider:name, such as openai:text-embedding-3-small or "
                "huggingface:intfloat/multilingual-e5-small"
            )
        return name

    @field_validator("base_url")
    @classmethod
    def _check_address(cls, address: str) -> str:
        if address and not address.startswith(("http://", "https://")):
            raise ValueError("write a whole address, such as http://127.0.0.1:11434/v1")
        return address
