"""Titles that programs write into a file's properties, of which many are none."""


def own_title(title: str) -> str | None:
    """The title when it looks like one; ``Document1`` and ``returns_v2.docx`` do not."""
    title = " ".join(title.split())
    return title if " " in title and not title.lower().endswith((".doc", ".docx", ".pdf")) else None
