"""The wing where the baton passes: when a human is asked in, and the desk where humans work.

- ``policy``: signals → decision, pure
- ``desk``: the customer's side of a case: hand over, relay, cancel
- ``relays``: what a customer does, as the thread shows it
- ``briefing``: what an agent reads first
- ``refusals``: what the desk reads when a platform refuses a message for good
- ``agents``: the agents' side: who may act, and the verbs
- ``gestures``: what an agent does in the thread: verb, button or talk, pure
- ``words``: agents' replies and notes: sent, changed, taken back
- ``voice``: what the desk says about it, to the thread and to the customer
- ``style``: the desk's settings
- ``plans``: small builders that all of them share
"""
