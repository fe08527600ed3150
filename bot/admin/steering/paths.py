"""Writes the names of settings, as ``bot.vocabulary.steering`` has them (pure)."""


def item(table: str, name: str, *fields: str) -> str:
    """Return the path of an item of a table, or of a field of it; a bracket in its name is escaped."""
    escaped = name.replace("\\", "\\\\").replace("]", "\\]")
    return ".".join((f"{table}[{escaped}]", *fields))
