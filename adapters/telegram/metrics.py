"""What the adapter counts, for ``/metrics``."""

from prometheus_client import Counter

ambiguous = Counter(
    "relevo_ambiguous_sends",
    "Repeated sends whose first try had an unclear end, by what was done about it",
    ["platform", "resolution"],
)
"""``found``: it had been shown; ``resent``: shown again, possibly twice; ``topic``: opened again."""

unread = Counter("relevo_unread_updates", "Updates that could not be read", ["platform"])
