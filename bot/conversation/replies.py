"""Builds plans in which the bot speaks: one place for buttons, history, memo and receipt."""

from dataclasses import replace
from itertools import takewhile

from bot.conversation.choices import buttons as choice_buttons
from bot.conversation.recalling.again import words_about
from bot.conversation.recalling.knowing import in_words
from bot.conversation.rollout.rules import Matter
from bot.conversation.suggestions import Suggestions
from bot.texts import LANGUAGES, say
from bot.texts.literal import literal
from bot.vocabulary.conversations import Choice, Memo, OwnerKind, Speaker
from bot.vocabulary.folding import Amends, bot_line, customer_lines
from bot.vocabulary.handover import Verdict
from bot.vocabulary.knowledge import Answer
from bot.vocabulary.memory import Recalled
from bot.vocabulary.messages import Button, Link, MessageKind, OutgoingMessage
from bot.vocabulary.mood import Concern, Feeling, Heard
from bot.vocabulary.receipts import receipt_of
from bot.vocabulary.turns import (
    Decision,
    Delivery,
    Lane,
    Outcome,
    Plan,
    Receipt,
    ShowDraft,
    Turn,
    unseen,
)

BAD = frozenset({Feeling.ANGRY, Feeling.FRUSTRATED})
HARD = frozenset({Concern.VULNERABLE, Concern.COMPLAINT})

WHERE_PEOPLE_ANSWER = {
    "help": "help_people",
    "small_talk_abilities": "abilities_people",
    "small_talk_bot_question": "bot_question_people",
}
"""Sentences that promise the bot's answers, and what is said where people answer everything."""

THUMBS = (Button(action="rate:up", label="👍"), Button(action="rate:down", label="👎"))


class Replies:
    """The bot's possible replies to one turn.

    ``language`` is the customer's, ``prefix`` what stands before a command on their platform, and
    ``suggestions`` come with the greeting. ``show`` lets the customer see a reply grow.
    """

    def __init__(
        self,
        turn: Turn,
        language: str,
        *,
        amends: Amends = (),
        prefix: str = "/",
        suggestions: Suggestions | None = None,
        show: ShowDraft = unseen,
    ) -> None:
        self.turn = turn
        self.language = language
        self.amends = amends
        self.prefix = prefix
        self._suggestions = suggestions or Suggestions()
        self._show = show
        self.memo = replace(
            turn.conversation.memo,
            language=language,
            choices=(),
            asked_about=None,
            memory_asked=None,
        )
        self.concern: Heard | None = None
        """What a person should know of, as far as it was heard."""
        self.code = ""
        """What stood behind ``/link``, which is in no message any more."""
        self.recalled = Recalled()
        """What is remembered where this conversation happens."""
        self.matter: Matter | None = None
        """What is asked, once it is known to be a question."""
        self.people_answer = False
        """Whether the bot answers no question by itself, so that nothing may promise it."""
        self.rejected = False
        """Whether the last answer was turned down."""

    @property
    def question(self) -> str:
        """What the customer wrote, for the receipt."""
        return " ".join(message.text for message in self.turn.messages)

    @property
    def with_people(self) -> bool:
        """Whether people have the word, so that the bot only answers commands."""
        return self.turn.conversation.owner.kind is not OwnerKind.BOT

    @property
    def was_offered(self) -> bool:
        """Whether the bot's last reply offered a person, and to whoever writes now."""
        return self.memo.offered and self.spoke_to_them

    @property
    def was_answered(self) -> bool:
        """Whether the bot's last answer cites a source, and went to whoever writes now."""
        return bool(self.memo.cited) and self.spoke_to_them

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Of what the bot's last reply asked back which is meant, and whoever writes now."""
        return self.turn.conversation.memo.choices if self.spoke_to_them else ()

    @property
    def asked_about(self) -> str | None:
        """The open thread that the bot's last reply asked about, unless people spoke in between."""
        newest_first = reversed(self.turn.conversation.history)
        since = takewhile(lambda line: line.speaker is not Speaker.CUSTOMER, newest_first)
        is_last = all(line.speaker is Speaker.BOT for line in since)
        return self.turn.conversation.memo.asked_about if is_last else None

    @property
    def was_let_down(self) -> bool:
        """Whether whoever writes now had no good answer to their last question."""
        asked = bool(self.memo.question) and self.spoke_to_them
        return asked and (self.memo.unsure > 0 or self.memo.rejections > 0)

    @property
    def spoke_to_them(self) -> bool:
        """Whether the bot's last answer or offer went to whoever writes now."""
        return self.memo.answered in {self._author_id, None}

    @property
    def _author_id(self) -> str | None:
        """The id of whoever wrote last; None when all that was written was taken back at once."""
        return self.turn.messages[-1].author.user_id if self.turn.messages else None

    def silent(self, outcome: Outcome, reason: str, memo: Memo | None = None) -> Plan:
        """Say nothing, because nothing was asked or it must not be answered."""
        return Plan(
            outcome=outcome,
            receipt=self._receipt(outcome, (reason,)),
            history=customer_lines(self.turn.messages),
            amends=self.amends,
            memo=memo or self.memo,
        )

    def say(self, key: str, outcome: Outcome, reason: str) -> Plan:
        """Say a sentence of the catalogue's room ``conversation``."""
        if self.people_answer:
            key = WHERE_PEOPLE_ANSWER.get(key, key)
        message = self._message(say(f"conversation.{key}", self.language, prefix=self.prefix))
        if key == "greeting" and not self.with_people:
            message = replace(message, buttons=(*self._suggestions.buttons(), *message.buttons))
        memo = replace(self.memo, greeted=True, offered=False)
        return self._plan(message, memo, self._receipt(outcome, (reason,)))

    def offer(self, key: str, reason: str) -> Plan:
        """Say a sentence of the catalogue's room ``conversation`` that offers a person."""
        plan = self.say(key, Outcome.CLARIFIED, reason)
        memo = _offering(replace(self.memo, greeted=True, answered=self._author_id))
        receipt = replace(plan.receipt, decision=Decision.OFFER_HUMAN)
        return replace(plan, memo=memo, receipt=receipt)

    async def show(self, draft: Answer) -> None:
        """Show an answer as far as it is written."""
        await self._show(draft.text)

    def answer(self, answer: Answer, memo: Memo, verdict: Verdict, *, lead: str | None) -> Plan:
        """Give an answer with its sources; ``lead`` is a sentence of the catalogue before it.

        Where the verdict offers a person as well, that stands behind the answer.
        """
        kind = self._kind_words(memo) if verdict.offers else []
        leads = [*kind, lead] if lead else kind
        if answer.language != self.language and self.language in LANGUAGES:
            leads.append("other_language")
        words = [say(f"conversation.{key}", self.language) for key in leads]
        again = self._about_again(memo, answer.text)
        words += [text for text in (again, self._for_them(answer)) if text]
        offer = [say("conversation.offered_as_well", self.language)] if verdict.offers else []
        sources = tuple(Link(title=item.title, url=item.url) for item in answer.sources)
        message = self._message("\n\n".join([*words, answer.text, *offer]))
        message = replace(message, sources=sources, buttons=(*message.buttons, *THUMBS))
        memo = replace(memo, answered=self._author_id)
        if verdict.offers:
            memo = _offering(memo)
        receipt = self._looked_up(Outcome.ANSWERED, answer, verdict)
        return self._plan(message, self._follow_up(memo), receipt, fenced=True)

    def admit(self, key: str, verdict: Verdict, memo: Memo, answer: Answer) -> Plan:
        """Say that there is no good answer; a person is offered."""
        offers = verdict.decision is Decision.OFFER_HUMAN and key != "offer_human"
        keys = [*self._kind_words(memo), key] if offers else [key]
        words = [say(f"conversation.{key}", self.language) for key in keys]
        message = self._message("\n\n".join(filter(None, (self._about_again(memo), *words))))
        receipt = self._looked_up(Outcome.CLARIFIED, answer, verdict)
        memo = _offering(replace(memo, answered=self._author_id))
        return self._plan(message, self._follow_up(memo), receipt)

    def ask_back(
        self, choices: tuple[Choice, ...], verdict: Verdict, memo: Memo, answer: Answer
    ) -> Plan:
        """Ask which of several documents is meant."""
        message = self._message(say("conversation.clarify", self.language))
        message = replace(message, buttons=(*choice_buttons(choices), *message.buttons))
        receipt = self._looked_up(Outcome.CLARIFIED, answer, verdict)
        memo = replace(memo, choices=choices, answered=self._author_id)
        return self._plan(message, self._follow_up(memo), receipt)

    def _about_again(self, memo: Memo, answer: str = "") -> str:
        """Say that it was about the same before; whoever rejects answers knows that."""
        if memo.rejections:
            return ""
        return words_about(self.recalled, self.turn, self.language, answer)

    def _for_them(self, answer: Answer) -> str:
        """Say for which version or product of theirs an answer holds, or that it is for another."""
        key, tags = "for_yours", answer.fit.fits
        if answer.fit.misses:
            key, tags = "not_for_yours", answer.fit.misses
        named = ", ".join(_named(tag, self.language) for tag in tags)
        return say(f"recalled.{key}", self.language, named=named) if named else ""

    def _kind_words(self, memo: Memo) -> list[str]:
        """Name the sentence that shows a customer in trouble that they were heard; mostly none."""
        if self.concern is not None and self.concern.concern in HARD:
            return [f"heard_{self.concern.concern}"]
        return ["sorry_for_the_trouble"] if memo.mood.feeling in BAD else []

    def _follow_up(self, memo: Memo) -> Memo:
        edits = [item.id for item in self.turn.messages if item.kind is MessageKind.EDITED]
        return replace(memo, followed_up=edits[-1]) if edits else memo

    def _message(self, text: str) -> OutgoingMessage:
        action = "bot" if self.with_people else "human"
        button = Button(action=action, label=say(f"conversation.button_{action}", self.language))
        return OutgoingMessage(text=text, buttons=(button,), in_reply_to=_last_id(self.turn))

    def _plan(
        self, message: OutgoingMessage, memo: Memo, receipt: Receipt, *, fenced: bool = False
    ) -> Plan:
        return Plan(
            outcome=receipt.outcome,
            receipt=receipt,
            deliveries=(Delivery(lane=Lane.CUSTOMER, message=message, fenced=fenced),),
            history=(*customer_lines(self.turn.messages), bot_line(message)),
            amends=self.amends,
            memo=replace(memo, greeted=True),
        )

    def _looked_up(self, outcome: Outcome, answer: Answer, verdict: Verdict) -> Receipt:
        known = in_words(self.recalled, self.turn.started_at.date(), answer.fit.slots)
        reasons = (*verdict.reasons, *answer.confidence.reasons, *filter(None, [known]))
        return replace(
            self._receipt(outcome, reasons),
            decision=verdict.decision,
            confidence=answer.confidence.value,
            sources=answer.sources,
            considered=answer.considered,
        )

    def _receipt(self, outcome: Outcome, reasons: tuple[str, ...]) -> Receipt:
        return receipt_of(
            self.turn,
            outcome=outcome,
            language=self.language,
            question=self.question,
            reasons=reasons,
        )


def _named(tag: str, language: str) -> str:
    key, _, value = tag.partition(":")
    return say(f"recalled.tag_{key}", language, value=literal(value))


def _offering(memo: Memo) -> Memo:
    """Note that a person is offered, and how the customer felt then."""
    return replace(memo, offered=True, mood=memo.mood.offered())


def _last_id(turn: Turn) -> str | None:
    return turn.messages[-1].id if turn.messages else None
