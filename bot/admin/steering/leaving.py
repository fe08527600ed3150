"""What else names a team or a topic that is taken out: it is changed together with it, or forbids it."""

from collections.abc import Iterator, Sequence

from bot.admin.requests import Request
from bot.admin.steering import paths
from bot.admin.steering.naming import refusal
from bot.admin.steering.tools import Row, Tools
from bot.texts.literal import literal
from bot.vocabulary.steering import Edit


def without(
    request: Request, tools: Tools, table: str, key: str, field: str, name: str
) -> Iterator[Edit]:
    """Take a name out of the lists of a table that hold it.

    Raises:
        UnclearError: A list would be empty then, which stands for all: the sentence names whose.
    """
    for row in tools.table(table):
        held: Sequence[str] = row.get(field) or ()
        if name not in held:
            continue
        left = [one for one in held if one != name]
        if not left:
            whose = literal(str(row.get("name") or row[key]))
            raise refusal(request, f"would_be_all_{field}", whose=whose, name=literal(name))
        yield Edit(path=paths.item(table, str(row[key]), field), value=left)


def refuse_rules(request: Request, tools: Tools, field: str, name: str) -> None:
    """Refuse where a rule of the settings file names it: rules have no names, so nothing is guessed.

    Raises:
        UnclearError: A rule names it.
    """
    escalation = (("escalation.rules", row) for row in tools.table("escalation.rules"))
    answers = (("answers.rules", row) for row in tools.table("answers.rules"))
    for table, row in (*escalation, *answers):
        if _names(row, field, name):
            raise refusal(request, "rule_names_it", rules=f"`{table}`", name=literal(name))


def _names(row: Row, field: str, name: str) -> bool:
    return name in (row.get(field) or ()) or (field == "teams" and row.get("team") == name)
