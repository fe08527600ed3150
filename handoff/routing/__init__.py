"""To whom a case goes: teams, their agents and hours, priorities and places in the queue.

- ``office``: the office of an installation: who there is, and whose a case is
- ``teams``: teams, topics and the agents of the roster
- ``finding``: teams, agents and topics by the words that people use for them
- ``choosing``: the agent to whom a case is offered next
- ``hours``: business hours, holidays and time zones
- ``weekly``: opening hours as people write them
- ``priority``: how soon a case wants a person
- ``queue``: a case's place in its queue, and how long that takes
"""
