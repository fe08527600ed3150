"""Who acts: the principal behind a message, and the agents who work the desk."""

from dataclasses import dataclass
from enum import StrEnum

from bot.vocabulary.messages import Author, ConversationRef, Platform


class Role(StrEnum):
    """What a principal may be trusted with, decided from where the message stands."""

    CUSTOMER = "customer"
    AGENT = "agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Someone acting in one conversation. Every authorisation and every private read needs one."""

    platform: Platform
    tenant_id: str
    user_id: str
    role: Role

    @classmethod
    def of(cls, author: Author, conversation: ConversationRef, role: Role) -> "Principal":
        """Build the principal of an author in a conversation."""
        return cls(
            platform=conversation.platform,
            tenant_id=conversation.tenant_id,
            user_id=author.user_id,
            role=role,
        )


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
