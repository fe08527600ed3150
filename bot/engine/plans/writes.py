"""Collects what one step writes: commands for the script that does all of them or none."""


class Writes:
    """Collects the writes of one step and the keys that they name."""

    def __init__(self, state_key: str) -> None:
        self.keys = [state_key]
        self.rows: list[list[object]] = []

    def number(self, key: str) -> int:
        """Return the position of a key in the script's KEYS, adding it when it is new."""
        if key not in self.keys:
            self.keys.append(key)
        return self.keys.index(key) + 1

    def add(self, command: str, key: str, *arguments: object) -> None:
        """Add one write."""
        self.rows.append([command, self.number(key), *arguments])

    def publish(self, channel: str, text: str) -> None:
        """Add an announcement that is made when the step is stored."""
        self.rows.append(["PUBLISH", 0, channel, text])


def after(seconds: float) -> dict[str, float]:
    """Return what stands in a write for the server's time so many seconds after the step."""
    return {"after": seconds}
