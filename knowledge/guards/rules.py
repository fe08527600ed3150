"""What the bot never talks about, and what must be said with some answers: rules of an operator."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.guards.phrases import Phrases


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRule:
    """One rule: topics that are ``forbidden``, a text to ``add`` when one of the words ``when`` occurs.

    ``languages`` are those of the answers to which ``add`` belongs, all when it is empty. An empty
    ``when`` adds it to each answer. ``team`` is whose customers it is for, all when it is empty.
    """

    forbidden: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    add: str = ""
    languages: tuple[str, ...] = ()
    team: str = ""


class AnswerRules:
    """All rules. Topics are forbidden in every language, for a question may come in any."""

    def __init__(self, rules: Iterable[AnswerRule] = ()) -> None:
        self._rules = tuple(rules)
        self._additions = [(rule, Phrases(rule.when)) for rule in self._rules if rule.add.strip()]
        self._teams = {rule.team for rule in self._rules}
        self._forbidden = {team: self._forbidden_to(team) for team in (None, *self._teams)}

    def forbidden_topic(self, text: str, language: str, team: str | None = None) -> str | None:
        """Return the forbidden topic that a text touches, as the operator wrote it.

        While nobody knows which ``team`` a question is for, what is forbidden to one is forbidden.
        """
        known = self._forbidden.get(team, self._forbidden.get(""))
        return known.first_in(text, language) if known is not None else None

    def required(self, texts: Sequence[str], language: str, team: str | None = None) -> list[str]:
        """Return what must be said with an answer; ``texts`` are question, answer and sources.

        Without a ``team`` only what belongs to no team in particular is added.
        """
        text = "\n".join(texts)
        return [
            rule.add.strip()
            for rule, when in self._additions
            if rule.team in {"", team}
            and (not rule.languages or language in rule.languages)
            and (not when or when.first_in(text, language) is not None)
        ]

    def _forbidden_to(self, team: str | None) -> Phrases:
        return Phrases(
            topic
            for rule in self._rules
            if team is None or rule.team in {"", team}
            for topic in rule.forbidden
        )
