"""Which sections of the adapters' store may hold people's ids, names or words, for whoever erases them.

Of the others a test knows why they hold none: ids of messages and channels, cursors, digests.
"""

from collections.abc import Mapping

from bot.vocabulary.messages import Platform

PERSONAL_SECTIONS: Mapping[Platform, tuple[str, ...]] = {
    Platform.SLACK: ("people", "writers", "titles", "prefills"),
    Platform.DISCORD: ("long_actions", "prefills"),
    Platform.TELEGRAM: ("long_actions", "prefills", "menus"),
}
