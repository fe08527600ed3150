"""The customer's side of a case.

- ``chat``: the desk itself: hand over, relay, cancel
- ``opening``: how a case begins
- ``moving``: a case that goes to a team with a channel of its own
- ``unattended``: a hand-over while nobody is there, where the bot goes on
- ``danger``: when danger shows in a case that is open already
- ``clock``: what the desk does when an alarm rings
- ``briefing``: what an agent reads first
- ``tried``: what was said and tried before
- ``flooding``: who asks people in again and again
- ``reopening``: a case that goes on because the same matter came back
"""
