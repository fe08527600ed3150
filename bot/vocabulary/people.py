"""Who acts: in which role, and the agents who work the desk."""

from dataclasses import dataclass
from enum import StrEnum

from bot.vocabulary.messages import Author, ConversationRef


class Role(StrEnum):
    """What somebody may be trusted with, decided from where the message stands."""

    CUSTOMER = "customer"
    AGENT = "agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A human who answers customers; ``id`` is ``platform:tenant:user``."""

    id: str
    name: str

    @classmethod
    def of(cls, author: Author, conversation: ConversationRef) -> "Agent":
        """Build the agent from the author of a message in the desk."""
        return cls(
            id=f"{conversation.platform}:{conversation.tenant_id}:{author.user_id}",
            name=author.display_name,
        )
