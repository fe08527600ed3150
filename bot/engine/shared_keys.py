"""Builds the keys of what belongs to the installation, a platform or an account; ``keys`` is their map."""

from bot.vocabulary.messages import Platform

ALL_RECEIPTS = "rv:{p*}:receipts:*"
"""The pattern of all keys with receipts of a conversation."""


def bucket(platform: Platform, scope: str) -> str:
    """Return the key of a rate limit; those of a platform can be taken from in one step."""
    return f"rv:{{{platform}}}:bucket:{scope}"


def adapter_section(platform: Platform, section: str) -> str:
    """Return the key of a section of an adapter's fields."""
    return f"rv:{{{platform}}}:fields:{section}"


def adapter_lease(platform: Platform, name: str) -> str:
    """Return the key of a lease among the processes of a platform's adapter."""
    return f"rv:{{{platform}}}:lease:{name}"


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


class ClaimKeys:
    """The keys of the first admin's code, and of one account that types codes."""

    def __init__(self, account: str) -> None:
        self.code = "rv:{claim}:code"
        self.starting = "rv:{claim}:starting"
        self.tries = f"rv:{{claim}}:tries:{account}"


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


class RolloutKeys:
    """The keys of what watches over modes."""

    def __init__(self) -> None:
        names = ("lease", "notices", "proposed")
        self.lease, self.notices, self.proposed = (f"rv:{{rollout}}:{name}" for name in names)
