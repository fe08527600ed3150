"""How Telegram says no."""

from typing import Any


class RefusedError(Exception):
    """Raised for a call that Telegram refuses."""

    def __init__(self, status: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


def bad_request(description: str, **parameters: Any) -> RefusedError:
    return RefusedError(400, f"Bad Request: {description}", **parameters)
