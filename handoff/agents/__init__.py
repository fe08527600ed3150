"""The agents' side of a case.

- ``verbs``: who may act, and what each verb does
- ``ending``: how a case ends by an agent
- ``words``: agents' replies and notes: sent, changed, taken back
"""
