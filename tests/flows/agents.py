"""A desk on one platform as its agents use it: by words, by buttons, across restarts."""

from contextlib import AsyncExitStack
from pathlib import Path

from bot.vocabulary.messages import ConversationRef
from tests.flows.installation import Installation, eventually, installation, sees
from tests.platforms.stage import Stage


class Desk:
    """A desk and its customers on one platform, with a Relevo that can be started again."""

    def __init__(self, stage: Stage, redis_url: str, folder: Path) -> None:
        self.stage = stage
        self._redis_url = redis_url
        self._folder = folder
        self._stack = AsyncExitStack()
        self.here: Installation | None = None

    async def start(self) -> None:
        running = installation(self._redis_url, self._folder, [self.stage], desk=self.stage)
        self.here = await self._stack.enter_async_context(running)

    async def stop(self) -> None:
        await self._stack.aclose()

    @property
    def prefix(self) -> str:
        assert self.here is not None
        return self.here.relevo.adapters[self.stage.platform].capabilities.desk_prefix

    @property
    def thread(self) -> ConversationRef:
        return self.stage.threads()[-1]

    async def a_case(self) -> None:
        await self.stage.write(self.stage.conversation, "I want to talk to a person, please")
        await eventually(self.stage.threads, "a thread for the case")
        await self.sees("I want to talk to a person")

    async def does(self, words: str) -> str:
        return await self.stage.write(self.thread, f"{self.prefix}{words}", who=self.stage.agent)

    async def presses(self, action: str) -> str:
        """Press the first button of this action; returns the message that it stands under."""
        await eventually(lambda: self.with_action(action), f"a button {action}")
        target = self.with_action(action)[0]
        await self.stage.press(self.thread, target, action, who=self.stage.agent)
        return target

    async def sees(self, words: str) -> None:
        await sees(self.stage, self.thread, words)

    async def customer_hears(self, words: str) -> None:
        await sees(self.stage, self.stage.conversation, words)

    def in_thread(self, words: str) -> int:
        seen = self.stage.seen(self.thread)
        return sum(words in item.text for item in seen if item.by_relevo)

    def with_action(self, action: str) -> list[str]:
        """Return the messages of the thread that have a button of this action."""
        return [item.id for item in self.stage.seen(self.thread) if action in item.actions]
