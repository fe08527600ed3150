"""The turn handler that is built anew from changed settings: a running turn ends with its own."""

from collections.abc import Callable

from bot.vocabulary.turns import AlarmTurn, DeskTurn, Plan, ShowDraft, Turn, TurnHandler, unseen
from config.settings import Settings


class Behaviour:
    """Implements ``TurnHandler`` by the one that was built last."""

    def __init__(self, build: Callable[[Settings], TurnHandler], settings: Settings) -> None:
        """Build the first one.

        Raises:
            ConfigurationError: It can't be built from these settings.
        """
        self._build = build
        self._current = build(settings)

    def prepare(self, settings: Settings) -> Callable[[], None]:
        """Build the next one; the returned call puts it in the place of the current one.

        Raises:
            ConfigurationError: It can't be built from these settings; the current one stays.
        """
        following = self._build(settings)

        def put() -> None:
            self._current = following

        return put

    async def customer_turn(self, turn: Turn, show: ShowDraft = unseen) -> Plan:
        """See ``TurnHandler.customer_turn``."""
        return await self._current.customer_turn(turn, show)

    async def desk_turn(self, turn: DeskTurn) -> Plan:
        """See ``TurnHandler.desk_turn``."""
        return await self._current.desk_turn(turn)

    async def alarm_turn(self, turn: AlarmTurn) -> Plan:
        """See ``TurnHandler.alarm_turn``."""
        return await self._current.alarm_turn(turn)

    def dead_letter(self, turn: Turn, error: str) -> Plan:
        """See ``TurnHandler.dead_letter``."""
        return self._current.dead_letter(turn, error)
