"""The agents' side of a case.

- ``verbs``: who may act, and what each verb does
- ``words``: agents' replies and notes: sent, changed, taken back
"""
