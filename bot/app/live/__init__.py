"""The settings while Relevo runs: changed in chat, validated, kept in Redis, followed by all processes.

- ``live``: the settings as they count now; changes them and takes changes back
- ``following``: hears of what other processes change
- ``planning``: what a change would make of what is stored; refuses what may not be
- ``records``: changes as they stand in the log, and what forbids to take one back
- ``fitting``: those of the stored changes that fit what file and environment say
- ``checks``: what must hold between settings, beyond each by itself
- ``findings``: what ``relevo doctor`` says of them
- ``behaviour``: the turn handler that is built anew from changed settings
"""

from bot.app.live.behaviour import Behaviour
from bot.app.live.live import Live, open_live

__all__ = ["Behaviour", "Live", "open_live"]
