"""Relevo answers customers in chat from your knowledge, and passes the baton to a human in time.

The house, from the door to the cellar; imports point downwards only, and import-linter holds it.

- ``__main__`` and ``cli``: the command line ``relevo``
- ``app``: the front door: it alone knows everybody, builds all parts and plugs them in
- ``supervisor``: keeps each platform's adapter receiving
- ``conversation``: the behaviour: what a customer's turn becomes
- ``admin``: the admins' office: who may steer, what they ask for, what is done and written down
- ``rollout``: the numbers behind how far the bot goes by itself
- ``replay``: past conversations run through today's bot
- ``memory``: what is learnt of people, kept, forgotten and recalled
- ``engine``: the way of a message over Redis: durable, in order, side by side, one speaker
- ``edge``: the HTTP port: health, readiness, measures, the routes of the platforms
- ``texts``: every sentence that Relevo says itself, in English and Spanish
- ``vocabulary``: plain values and the sockets (Protocols) that the wings plug into

Beside it stand the wings, which know the vocabulary and never each other: ``adapters`` (chat
platforms), ``knowledge`` (documents in, grounded answers out), ``handoff`` (the agents' desk); and
the cellar ``config`` (settings, logs). ``docs/design.md`` follows a message through the house.
"""
