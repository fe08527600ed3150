"""How a case stands, as a reaction on the first message of its thread."""

from adapters.kept import Kept, by_field
from adapters.slack.api import SlackApi
from adapters.slack.refusals import RefusedError
from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.tools import AdapterStore

SECTION = "marks"
KEPT = 5000

REACTIONS = {
    CaseStatus.QUEUED: "new",
    CaseStatus.CLAIMED: "eyes",
    CaseStatus.SNOOZED: "alarm_clock",
    CaseStatus.RESOLVED: "white_check_mark",
    CaseStatus.EXPIRED: "hourglass",
}


class Marks:
    """Sets one reaction and takes the earlier one away; remembers it to spare Slack the question."""

    def __init__(self, api: SlackApi, store: AdapterStore) -> None:
        self._api = api
        self._shown = Kept(store, SECTION, most=KEPT, moment=by_field)

    async def show(self, thread: ConversationRef, status: CaseStatus) -> None:
        """See ``ChatAdapter.mark_thread``."""
        wanted, field = REACTIONS[status], f"{thread.channel_id}:{thread.thread_id}"
        shown = await self._shown.get(field)
        if shown == wanted:
            return
        stale = [shown] if shown else [name for name in REACTIONS.values() if name != wanted]
        await self._react("reactions.add", thread, wanted, unless="already_reacted")
        for name in stale:
            await self._react("reactions.remove", thread, name, unless="no_reaction")
        await self._shown.put(field, wanted)

    async def _react(self, method: str, thread: ConversationRef, name: str, *, unless: str) -> None:
        try:
            await self._api.call(
                method, channel=thread.channel_id, timestamp=thread.thread_id, name=name
            )
        except RefusedError as error:
            if error.code != unless:
                raise
