"""The wing where the baton passes: when a human is asked in, and the desk where humans work.

- ``policy``: when a human is asked in: signals → decision with its reasons, pure
- ``mood``: how customers feel
- ``desk``: the customer's side of a case: hand over, relay, cancel
- ``gestures``: what an agent does in the thread: verb, button or talk, pure
- ``agents``: the agents' side: who may act, and the verbs
- ``copilot``: what agents are helped with: drafts, other words, canned replies, translation
- ``routing``: whose a case is, to whom it is offered, what is promised
- ``timing``: what is done about a case at a later time
- ``storm``: digests, and one thread after the other, when too many come at once
- ``aftercare``: what comes after a case: opening it again, surveys
- ``handback``: what the bot goes on with, and a case that is opened again
- ``saying``: what the desk says, to the thread and to the customer
"""
