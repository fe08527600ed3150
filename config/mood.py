"""The table that names who reads moods."""

import re

from pydantic import field_validator

from config.sections import Section

_MODEL = re.compile(r"huggingface:\S(.*\S)?")


class MoodSettings(Section):
    """Who tells how customers feel; without ``model`` Relevo's own small model.

    ``model`` is ``huggingface:`` and the name of a text classifier of the hub, or a folder that
    holds one.
    """

    model: str = ""

    @field_validator("model")
    @classmethod
    def _check_model(cls, name: str) -> str:
        if name and not _MODEL.fullmatch(name):
            raise ValueError(
                "write huggingface:name/of-model, or huggingface: and a folder that holds a text classifier"
            )
        return name
