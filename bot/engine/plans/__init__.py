"""Plans become state: everything that a turn changes, in one fenced step, or none of it.

- ``store``: the steps themselves
- ``writes``: collects what a step writes
- ``state``: who has the word, memo, case, history, past cases, lifetimes
- ``timers``: the alarms that are set
- ``deliveries``: what is to be shown, into its lanes
- ``records``: outcomes, receipts, gaps, dead letters
"""

from bot.engine.plans.deliveries import lanes_of
from bot.engine.plans.store import PlanStore, Retention, Stored

__all__ = ["PlanStore", "Retention", "Stored", "lanes_of"]
