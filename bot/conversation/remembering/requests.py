"""What somebody wants of a memory, and by what right (pure)."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.conversation.replies import Replies
from bot.vocabulary.administration import Authorise
from bot.vocabulary.memory import ConsentRule, Memories
from bot.vocabulary.messages import Author, Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """When people have a memory; ``off_in`` are places (``platform:tenant``) without any."""

    consent: ConsentRule = ConsentRule.OPT_OUT
    off_in: Collection[str] = ()

    def allow(self, principal: Principal) -> bool:
        """Whether somebody can have a memory where they are."""
        place = f"{principal.platform}:{principal.tenant_id}"
        return self.consent is not ConsentRule.NONE and place not in self.off_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A command or a button of ``principal`` in a direct conversation; ``words`` stand behind it.

    ``authorise`` says who may see to another person's memory; without it nobody may.
    """

    replies: Replies
    principal: Principal
    memories: Memories
    words: tuple[str, ...] = ()
    can_switch: bool = True
    authorise: Authorise | None = None

    @property
    def author(self) -> Author:
        """Who wrote or pressed."""
        return self.replies.turn.messages[-1].author

    def word(self, number: int) -> str:
        """Return a word behind the command, empty where there is none."""
        return self.words[number] if number < len(self.words) else ""
