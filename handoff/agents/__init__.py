"""The agents' side of a case: what they do in its thread.

How a message becomes a plan:

- ``verbs``: the desk of verbs: reads a message, asks the gate, does it
- ``table``: what each verb is called, where it works, who may
- ``gate``: who may do what, and where
- ``helping``: the help card, made from the table

The rooms, each with its verbs:

- ``taking``: whose a case is: claim, release, assign, transfer
- ``replying``: reply, undo, note
- ``waiting``: what comes later: snooze, followup
- ``sorting``: priority, tag
- ``noting``: what is remembered of the customer: remember, facts
- ``joining``: merge, link
- ``ending``: how a case ends by an agent, and how one takes it up again
- ``calling``: who is there, and the next case: next, away, back
- ``looking``: what is known: case, transcript, who

What they share:

- ``workplace``: the voice, the office and the board
- ``words``: agents' replies and notes: sent, changed, taken back
- ``people``: agents and teams by the words at the beginning of a text
- ``times``: times as agents write them
"""
