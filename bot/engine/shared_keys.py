"""Builds the keys of what belongs to the whole installation, or to one account; ``keys`` is their map."""


class CodeKeys:
    """The keys of the one-time codes of one account."""

    def __init__(self, account: str) -> None:
        self.offer = f"rv:{{codes}}:offer:{account}"
        self.used = f"rv:{{codes}}:used:{account}"
        self.offers = f"rv:{{codes}}:offers:{account}"
        self.tries = f"rv:{{codes}}:tries:{account}"
        self.wrong = "rv:{codes}:wrong"

    def code(self, mark: str) -> str:
        """Return the key of a code, of which only a mark is kept."""
        return f"rv:{{codes}}:code:{mark}"


class BudgetKeys:
    """The keys of what language models use; ``asker`` is a person or empty."""

    def __init__(self, asker: str) -> None:
        self.shared = [f"rv:{{budget}}:{name}" for name in ("counts", "held", "lapses", "minute")]
        self.calls = f"rv:{{budget}}:calls:{asker}"

    @staticmethod
    def day(date: str) -> str:
        """Return the key of what was used on a day (ISO 8601, UTC)."""
        return f"rv:{{budget}}:day:{date}"


class BoardKeys:
    """The keys of the board."""

    def __init__(self) -> None:
        names = ("cases", "stamps", "presence", "waits", "edition", "repair")
        keys = [f"rv:{{desk}}:{name}" for name in names]
        self.cases, self.stamps, self.presence, self.waits, self.edition, self.repair = keys
