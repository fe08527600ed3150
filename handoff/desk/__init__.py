"""The customer's side of a case.

- ``chat``: the desk itself: hand over, relay, cancel
- ``briefing``: what an agent reads first
"""
