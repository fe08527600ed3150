"""Learning after the turn: what people said becomes memory, never on the customer's clock.

A stored plan leaves lessons (``bot.engine.plans.lessons``) and marks its conversation; the sweeper
finds the mark once its time has come.

- ``duty``: learns from a conversation, and concludes what was said in it once it is over
- ``queue``: what waits to be learnt, leased to one holder at a time
- ``owners``: whose memory a lesson belongs to, and whether it may be remembered at all
"""

from bot.engine.lessons.duty import Learning
from bot.engine.lessons.owners import Changed, Owners, Standing, StoredOwners, Teaching
from bot.engine.lessons.queue import LearningTimes, LessonQueue

__all__ = [
    "Changed",
    "Learning",
    "LearningTimes",
    "LessonQueue",
    "Owners",
    "Standing",
    "StoredOwners",
    "Teaching",
]
