"""What names a document: its first heading, or a file's properties, of which many are none."""

from collections.abc import Sequence

from knowledge.documents import Block, BlockKind


def own_title(title: str) -> str | None:
    """The title when it looks like one; ``Document1`` and ``returns_v2.docx`` do not."""
    title = " ".join(title.split())
    return title if " " in title and not title.lower().endswith((".doc", ".docx", ".pdf")) else None


def first_heading(blocks: Sequence[Block]) -> str | None:
    """The first heading, when it is of level 1."""
    first = next((block for block in blocks if block.kind is BlockKind.HEADING), None)
    return first.text if first is not None and first.level == 1 else None


def repeats(block: Block, title: str) -> bool:
    """Whether it is a heading that only says the title again."""
    return block.kind is BlockKind.HEADING and block.level == 1 and block.text == title
