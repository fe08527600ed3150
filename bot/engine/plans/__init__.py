"""Plans become state: everything that a turn changes, in one fenced step, or none of it.

- ``store``: the steps themselves
- ``writes``: collects what a step writes
- ``state``: who has the word, memo, case, history, past cases, lifetimes
- ``timers``: the alarms that are set
- ``tidings``: what it means for the board and for other conversations
- ``deliveries``: what is to be shown, into its lanes
- ``lessons``: what there is to learn from it afterwards
- ``counts``: how many turns, cases and times there were that day
- ``records``: outcomes, receipts, gaps, dead letters, audit, ratings, erasures
"""

from bot.engine.plans.deliveries import lanes_of
from bot.engine.plans.lessons import SPEAKER, LearningPace
from bot.engine.plans.store import PlanStore, Retention, Stored
from bot.engine.plans.tidings import news_of

__all__ = ["SPEAKER", "LearningPace", "PlanStore", "Retention", "Stored", "lanes_of", "news_of"]
