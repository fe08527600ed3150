"""Who acts: what a principal may be trusted with, and the agents who work the desk."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from bot.vocabulary.messages import Author, ConversationRef, IncomingMessage, Principal


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Says who is an agent: the only place that does.

    Whoever is a full member and writes in a channel of the desk is one: ``desk``, or one of
    ``channels``, in which teams have places of their own. Bots and externals are none.
    """

    desk: ConversationRef | None = None
    channels: Collection[ConversationRef] = ()

    def principal(self, message: IncomingMessage) -> Principal:
        """Return who acts in a message."""
        author, place = message.author, message.conversation
        is_trusted = not author.is_external and not author.is_bot
        return Principal(
            platform=place.platform,
            tenant_id=place.tenant_id,
            user_id=author.user_id,
            is_agent=is_trusted and self.is_desk(place),
            is_external=author.is_external,
        )

    def is_desk(self, place: ConversationRef) -> bool:
        """Whether something happens in a channel of the desk or one of its threads."""
        desks = (self.desk, *self.channels) if self.desk else self.channels
        return any(
            (place.platform, place.tenant_id, place.channel_id)
            == (desk.platform, desk.tenant_id, desk.channel_id)
            for desk in desks
        )
