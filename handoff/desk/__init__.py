"""The customer's side of a case.

- ``chat``: the desk itself: hand over, relay, cancel
- ``opening``: how a case begins
- ``unattended``: a hand-over while nobody is there, where the bot goes on
- ``clock``: what the desk does when an alarm rings
- ``briefing``: what an agent reads first
- ``tried``: what was said and tried before
- ``reopening``: a case that goes on because the same matter came back
"""
