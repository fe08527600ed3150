"""How far the bot goes by itself: built from the settings, shown to admins, and watched over.

- ``building``: modes, shares and thresholds for the behaviour
- ``standing``: how each topic stands: its mode, since when, and what was seen since
- ``board``: the same for admins, and topics that were found in what was asked
- ``asked``: what was asked lately
- ``falling``: whether the quality of a topic has fallen
- ``watching``: takes a topic back by itself, proposes the next step, and has the desk told
"""

from bot.app.rollout.board import SettingsRolloutBoard, open_rollout_board
from bot.app.rollout.building import build_rollout, build_rules
from bot.app.rollout.watching import RolloutWatch, open_rollout_watch

__all__ = [
    "RolloutWatch",
    "SettingsRolloutBoard",
    "build_rollout",
    "build_rules",
    "open_rollout_board",
    "open_rollout_watch",
]
