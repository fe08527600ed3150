"""The wing where the baton passes: when a human is asked in, and the desk where humans work.

- ``policy``: signals → decision, pure
- ``desk``: the customer's side of a case: hand over, relay, cancel
- ``agents``: the agents' side: what they write in a case's thread, verb by verb
- ``briefing``: what an agent reads first
- ``plans``: small builders that both sides share
"""
