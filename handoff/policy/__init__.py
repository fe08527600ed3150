"""When a human is asked in: from the signals of a turn to a verdict with its reasons in words.

- ``rules``: thresholds, and rules that change them for topics, teams, tiers and languages
- ``decide``: the one pure function: signals and thresholds → ruling
- ``pleas``: what speaks for a person, one small function each
- ``moods``: what the mood alone speaks for
- ``words``: a ruling in the words of a receipt
- ``escalation``: the policy behind the socket
"""

from handoff.policy.escalation import ThresholdPolicy
from handoff.policy.rules import Action, EscalationRule, EscalationRules, Thresholds

__all__ = ["Action", "EscalationRule", "EscalationRules", "ThresholdPolicy", "Thresholds"]
