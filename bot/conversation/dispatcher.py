"""A turn's way through the house: fold, see who has the word, and choose the branch."""

import logging
from dataclasses import replace

from bot.conversation.administered import Administered, in_own_words
from bot.conversation.afterwards.after import Afterwards
from bot.conversation.afterwards.returning import completed
from bot.conversation.answering import Answering
from bot.conversation.choices import as_written, chosen
from bot.conversation.commands import CustomerCommands
from bot.conversation.escalating.listening import Listening
from bot.conversation.escalating.urgent import is_urgent, told_while_waiting
from bot.conversation.manners import Manners
from bot.conversation.reading import QUESTION_LENGTH, command_of, question_of, words_of
from bot.conversation.recalling.knowing import preferred_language
from bot.conversation.recalling.recall import Recalling
from bot.conversation.remembering.codes import without_code
from bot.conversation.remembering.commands import Remembering
from bot.conversation.replies import Replies
from bot.conversation.rollout.room import Rollout
from bot.conversation.suggestions import Suggestions
from bot.conversation.understanding import (
    LanguageDetector,
    SmallTalk,
    Understanding,
    understand,
)
from bot.vocabulary.administration import AdminDesk
from bot.vocabulary.conversations import Choice, OwnerKind
from bot.vocabulary.folding import amends_of, fold
from bot.vocabulary.handover import Desk, Failure
from bot.vocabulary.memory import Recalled
from bot.vocabulary.messages import IncomingMessage
from bot.vocabulary.turns import AlarmTurn, DeskTurn, Outcome, Plan, ShowDraft, Turn, unseen

logger = logging.getLogger(__name__)

RATINGS = {"rate:up": "👍", "rate:down": "👎"}
RATINGS_REMEMBERED = 10


class Dispatcher:
    """The behaviour behind the engine: what each turn becomes."""

    def __init__(  # noqa: PLR0913 (one for each part)
        self,
        *,
        detector: LanguageDetector,
        answering: Answering,
        commands: CustomerCommands,
        desk: Desk,
        manners: Manners | None = None,
        listening: Listening | None = None,
        after: Afterwards | None = None,
        recalling: Recalling | None = None,
        remembering: Remembering | None = None,
        rollout: Rollout | None = None,
        admins: AdminDesk | None = None,
    ) -> None:
        self._detector = detector
        self._answering = answering
        self._commands = commands
        self._desk = desk
        self._manners = manners or Manners()
        self._suggestions = Suggestions(self._manners.suggestions)
        self._listening = listening or Listening()
        self._after = after or Afterwards()
        self._recalling = recalling or Recalling()
        self._remembering = remembering or Remembering()
        self._rollout = rollout or Rollout()
        self._administered = Administered(admins, detector, self._manners)

    async def customer_turn(self, turn: Turn, show: ShowDraft = unseen) -> Plan:
        """See ``TurnHandler.customer_turn``."""
        turn, code = without_code(replace(turn, messages=fold(turn.messages)))
        turn = in_own_words(turn)
        administered = await self._administered.plan(turn)
        if administered is not None:
            return administered
        in_words = self._in_words(turn)
        is_bots = turn.conversation.owner.kind is OwnerKind.BOT
        spoken = replace(turn, messages=in_words)
        recalled = await self._recalling.begin(spoken, is_bots=is_bots)
        language = self._language(spoken, recalled)
        # What stands on a button is nobody's mood.
        turn = replace(await self._listening.felt(turn, language), messages=in_words)
        replies = self._replies(self._counted(turn) if is_bots else turn, language, show)
        replies.recalled, replies.code = recalled, code
        asked = "" if _choice(replies) else question_of(turn) or ""
        meaning = understand(asked, language)
        replies.concern = meaning.concern
        # A word about a case may be a cry for help.
        plan = None if is_urgent(meaning.concern) else await self._heard(replies, meaning)
        if plan is None and is_bots:
            plan = await self._bot_turn(replies, meaning)
            plan = await self._recalling.brought_up(plan, replies, meaning)
            plan = await self._remembering.noticed(plan, replies, meaning)
        elif plan is None:
            plan = await self._people_turn(replies)
        plan = self._rollout.promised(self._rollout.after_customer(plan, replies))
        return self._desk.with_refusals(plan, turn.conversation.case)

    async def _heard(self, replies: Replies, meaning: Understanding) -> Plan | None:
        """Take what answers a question of the bot's own: on a memory, or in a survey."""
        answered = await self._remembering.heard(replies, meaning)
        return answered or self._after.heard(replies)

    def _in_words(self, turn: Turn) -> tuple[IncomingMessage, ...]:
        """Return what came, with pressed questions and choices as if they had been written."""
        asked = map(self._suggestions.asked, turn.messages)
        return tuple(as_written(message, turn.conversation.memo.choices) for message in asked)

    async def desk_turn(self, turn: DeskTurn) -> Plan:
        """See ``TurnHandler.desk_turn``."""
        plan = self._rollout.after_agent(await self._desk.agent_turn(turn), turn)
        return self._desk.with_refusals(self._rollout.promised(plan), turn.conversation.case)

    async def alarm_turn(self, turn: AlarmTurn) -> Plan:
        """See ``TurnHandler.alarm_turn``."""
        plan = self._after.ring(turn) or await self._rollout.ring(turn)
        plan = plan or await self._desk.alarm_turn(turn)
        return self._desk.with_refusals(self._rollout.promised(plan), turn.conversation.case)

    def dead_letter(self, turn: Turn, error: str) -> Plan:
        """See ``TurnHandler.dead_letter``: whoever has the word is told, nothing is interpreted."""
        logger.error("dead letter", extra={"turn": turn.id, "error": error})
        turn, _ = without_code(turn)
        administered = self._administered.dead_letter(turn)
        if administered is not None:
            return administered
        language = turn.conversation.memo.language or "en"
        if turn.conversation.owner.kind is OwnerKind.BOT:
            replies = Replies(turn, language)
            plan = self._answering.give_up(replies, words_of(turn), Failure.HANDLING)
        else:
            plan = self._desk.relay(turn, language)
        return self._desk.with_refusals(self._rollout.promised(plan), turn.conversation.case)

    async def _people_turn(self, replies: Replies) -> Plan:
        """Pass on what the customer says, and obey their commands; a thumb is news to the desk."""
        command = command_of(replies.turn)
        if command is None or command in RATINGS:
            plan = self._desk.relay(replies.turn, replies.language, concern=replies.concern)
            return told_while_waiting(plan, replies)
        return await self._commands.run(command, replies)

    async def _bot_turn(self, replies: Replies, meaning: Understanding) -> Plan:
        turn, command = replies.turn, command_of(replies.turn)
        text = question_of(turn)
        if replies.memo.limited and not _needs_people(command, meaning, replies):
            return self._limited(replies)
        if command in RATINGS:
            return await self._rated(replies, command)
        if command is not None:
            return await self._commands.run(command, replies)
        if text is None:
            return replies.silent(Outcome.WITHDRAWN, "nothing new was asked")
        if not text.strip():
            return _wordless(replies)
        return await self._answer(replies, text, meaning)

    async def _rated(self, replies: Replies, rating: str) -> Plan:
        """Take a thumb down for a rejection in words.

        It counts once, on the last answer, and from whoever got that.
        """
        memo, press = replies.memo, replies.turn.messages[-1]
        parts, thumb = replies.turn.answer_ids, RATINGS[rating]
        if press.id not in parts or press.author.user_id != memo.answered:
            return replies.silent(Outcome.NOTED, f"{thumb} beside the last answer: noted")
        if not memo.cited or not parts.isdisjoint(memo.rated):
            return replies.silent(Outcome.NOTED, f"{thumb} once more: noted")
        rated = (*memo.rated, press.id)[-RATINGS_REMEMBERED:]
        if rating == "rate:up":
            content = replace(memo, unsure=0, rejections=0, rated=rated)
            return replies.silent(Outcome.NOTED, f"{thumb} to an answer", content)
        replies.memo = replace(memo, rated=rated)
        return await self._answering.after_rejection(replies, "", sign=thumb)

    def _limited(self, replies: Replies) -> Plan:
        """Say once that it is too much, then nothing."""
        if self._manners.flood.is_first(replies.memo):
            return replies.say("rate_limited", Outcome.RATE_LIMITED, "too many turns: said so")
        return replies.silent(Outcome.RATE_LIMITED, "too many turns: silent until it calms down")

    def _counted(self, turn: Turn) -> Turn:
        memo = self._manners.flood.counted(turn.conversation.memo, turn.started_at)
        return replace(turn, conversation=replace(turn.conversation, memo=memo))

    def _replies(self, turn: Turn, language: str, show: ShowDraft = unseen) -> Replies:
        replies = Replies(
            turn,
            language,
            amends=amends_of(turn.messages),
            prefix=self._manners.prefix(turn.conversation.ref.platform),
            suggestions=self._suggestions,
            show=show,
        )
        replies.people_answer = self._rollout.leaves_all_to_people
        return replies

    async def _answer(self, replies: Replies, text: str, meaning: Understanding) -> Plan:
        choice = _choice(replies)
        if choice is not None:
            return await self._answering.chosen(replies, choice)
        wish = _wish(meaning, offered=replies.was_offered)
        if wish is not None or is_urgent(meaning.concern):
            return self._answering.to_people(replies, text, wish)
        if meaning.refusal and replies.was_offered:
            replies.memo = replace(replies.memo, mood=replies.memo.mood.refused())
        if _rejects(meaning, replies):
            return await self._answering.after_rejection(replies, meaning.rest)
        asked = meaning.rest or (text if meaning.concern is not None else "")
        if asked:
            plan = await self._answering.answer(replies, asked)
            return self._after.otherwise(completed(plan, replies, asked), replies)
        plan = await self._recalling.answered(replies, meaning) or _social(replies, meaning)
        return self._after.thanked(plan, replies) if meaning.thanks else plan

    def _language(self, turn: Turn, recalled: Recalled) -> str:
        """Tell the language; what a person has asked for counts where a new text is too short to tell."""
        previous = turn.conversation.memo.language or preferred_language(recalled)
        if not turn.messages:
            return previous or "en"
        author = turn.messages[-1].author
        return self._detector.detect(
            words_of(turn)[:QUESTION_LENGTH], previous=previous, locale=author.locale
        )


def _choice(replies: Replies) -> Choice | None:
    """Return what the customer chooses of what was asked back."""
    messages = replies.turn.messages
    return chosen(messages[-1], replies.choices) if messages else None


def _needs_people(command: str | None, meaning: Understanding, replies: Replies) -> bool:
    """Whether a person is asked for or needed at once, which is never too much."""
    if command == "human" or is_urgent(meaning.concern):
        return True
    return _wish(meaning, offered=replies.was_offered) is not None


def _wish(meaning: Understanding, *, offered: bool) -> str | None:
    """Return the words by which a human was asked for, or a yes to the offer of one."""
    if meaning.wants_human:
        return meaning.matched or "explicit request"
    return "yes to the offer" if offered and meaning.affirmation and not meaning.rest else None


def _rejects(meaning: Understanding, replies: Replies) -> bool:
    """Whether the last answer was not it, or nothing of what was asked back."""
    if replies.choices:
        return meaning.rejection or meaning.refusal
    return meaning.rejection and replies.was_answered


def _wordless(replies: Replies) -> Plan:
    """Answer a message without a text: a file, or nothing at all."""
    why = "there was no text to look up"
    if any(message.attachments for message in replies.turn.messages):
        return replies.say("only_text", Outcome.CLARIFIED, why)
    return replies.say("no_words", Outcome.CLARIFIED, why)


def _social(replies: Replies, meaning: Understanding) -> Plan:
    """Answer what asks nothing: a no, a courtesy, or no words at all."""
    if meaning.refusal and replies.was_offered:
        return replies.say("no_human_wanted", Outcome.ANSWERED, "no to the offer of a human")
    if meaning.rejection and not meaning.refusal and replies.spoke_to_them:
        return replies.offer("not_solved", "nothing helped so far, and no answer to try again")
    courtesy = _courtesy(meaning, greeted=replies.memo.greeted)
    if courtesy is not None:
        return replies.say(courtesy, Outcome.ANSWERED, f"{courtesy}: nothing to look up")
    return replies.say("no_words", Outcome.CLARIFIED, "there were no words to look up")


def _courtesy(meaning: Understanding, *, greeted: bool) -> str | None:
    """Name the sentence that answers a courtesy; small talk beats the greeting before it.

    Praise beside thanks asks for no more than they do.
    """
    is_praise = meaning.thanks and meaning.small_talk is SmallTalk.CHAT
    if meaning.small_talk is not None and not is_praise:
        return f"small_talk_{meaning.small_talk}"
    if meaning.greeting:
        return "greeting_again" if greeted else "greeting"
    if meaning.thanks:
        return "thanks"
    if meaning.goodbye:
        return "goodbye"
    return "affirmation" if meaning.affirmation or meaning.refusal else None
