"""Surveys from the customer's side: presses, plain scores and words; each asked once, easily declined."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.conversation.afterwards import offers as suggesting
from bot.conversation.afterwards.offers import Occasion, Offers
from bot.conversation.afterwards.remarks import WORD_LENGTH, is_word, may_be_word
from bot.conversation.afterwards.scores import LOW, Choice, choice_of, is_a_number, score_in
from bot.conversation.replies import Replies
from bot.conversation.understanding import Understanding, understand
from bot.texts import LANGUAGES, say
from bot.texts.defanged import defanged
from bot.texts.literal import literal
from bot.texts.surveys import DONE, is_question, question_again, way_out
from bot.vocabulary.alarms import Alarm, AlarmKind
from bot.vocabulary.cases import Case, CaseReason
from bot.vocabulary.conversations import Conversation, HistoryLine, Memo, Speaker
from bot.vocabulary.folding import bot_line, customer_lines
from bot.vocabulary.memory import identity_at
from bot.vocabulary.messages import Button, IncomingMessage, MessageKind, OutgoingMessage
from bot.vocabulary.receipts import receipt_of
from bot.vocabulary.surveys import CsatForm, Rating, Survey, SurveyKind
from bot.vocabulary.turns import AuditEntry, Decision, Delivery, Lane, Outcome, Plan

UNANSWERED = frozenset({Decision.UNKNOWN, Decision.CLARIFY, Decision.OFFER_HUMAN})
"""How a turn ends whose words found no sure answer."""

_COURTESIES = frozenset(
    say(f"conversation.{key}", language)
    for key in ("thanks", "goodbye", "affirmation")
    for language in LANGUAGES
)

PLAIN_HOURS = 24
"""So long after it was asked a score may be written instead of pressed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyRules:
    """``form`` is how a case is asked about, ``word_minutes`` how long a word is awaited after a score.

    ``nps_days`` as in the settings; ``desk_language`` is what agents read.
    """

    form: CsatForm = "scale"
    word_minutes: float = 60.0
    nps_days: int = 0
    desk_language: str = "en"


class Surveys:
    """Takes what a customer says to a survey, before anything else is made of it."""

    def __init__(self, rules: SurveyRules | None = None, offers: Offers | None = None) -> None:
        self._rules = rules or SurveyRules()
        self._offers = offers or Offers()

    def heard(self, replies: Replies) -> Plan | None:
        """Return the plan for an answer to a survey; None for whatever is none.

        The wait for a word ends with the next message, whatever that is.
        """
        messages = replies.turn.messages
        if not messages:
            return None
        if messages[-1].kind is MessageKind.PRESSED:
            choice = choice_of(messages[-1].action or "")
            return self._pressed(replies, choice) if choice else None
        kinds = {item.kind for item in messages}
        if replies.with_people:
            return None
        if kinds == {MessageKind.EDITED}:
            return self._corrected(replies)
        return self._written(replies) if kinds == {MessageKind.NEW} else None

    def _corrected(self, replies: Replies) -> Plan | None:
        """Count a written score that the customer has changed, while a word is still awaited."""
        survey, message = replies.memo.survey, replies.turn.messages[-1]
        if survey is None or survey.until is None or replies.turn.started_at > survey.until:
            return None
        case = _case_of(replies.turn.conversation, survey.case)
        meaning = understand(message.text, replies.language)
        score = score_in(message.text, meaning, survey.kind, self._rules.form)
        if case is None or score is None or not _is_theirs(case, message):
            return None
        return self._scored(replies, case, survey, score)

    def _pressed(self, replies: Replies, choice: Choice) -> Plan | None:
        case = _case_of(replies.turn.conversation, choice.case)
        if case is None:
            return None
        if not _is_theirs(case, replies.turn.messages[-1]):
            return _told(replies, "not_your_survey", reason="somebody else's survey: not counted")
        asked = Survey(kind=choice.kind, case=case.id, asked_at=replies.turn.started_at)
        known = replies.memo.survey
        if known is not None and (known.kind, known.case) == (choice.kind, case.id):
            asked = known
        if choice.score is None:
            return self._declined(replies, asked, known)
        if asked.score == choice.score:
            return replies.silent(Outcome.NOTED, "the same score once more")
        return self._scored(replies, case, asked, choice.score)

    def _written(self, replies: Replies) -> Plan | None:
        """Take a plain score or a way out after the question, and a word after a score."""
        survey, conversation = replies.memo.survey, replies.turn.conversation
        case = _case_of(conversation, survey.case) if survey else None
        if survey is None or case is None or not _is_theirs(case, replies.turn.messages[-1]):
            return None
        text = "\n".join(message.text for message in replies.turn.messages)
        meaning = understand(text, replies.language)
        if survey.score is None:
            return self._scored_in_words(replies, case, survey, text, meaning)
        if survey.until is None:
            return None
        replies.memo = replace(replies.memo, survey=replace(survey, until=None))
        if replies.turn.started_at > survey.until:
            return None
        if meaning.refusal and not meaning.rest and not replies.memo.offered:
            return self._declined(replies, survey, survey)
        is_one = is_word(text, meaning, _names(case))
        return self._word(replies, case, survey, text) if is_one else None

    def otherwise(self, plan: Plan, replies: Replies) -> Plan:
        """Take what found no sure answer, and asks for nothing, for the word that was awaited."""
        turn, survey = replies.turn, replies.turn.conversation.memo.survey
        if survey is None or survey.score is None or survey.until is None:
            return plan
        is_open = plan.case is None and plan.receipt.decision in UNANSWERED
        if not (is_open or _is_held(plan, replies)) or turn.started_at > survey.until:
            return plan
        case = _case_of(turn.conversation, survey.case)
        text = "\n".join(message.text for message in turn.messages)
        if case is None or not _is_theirs(case, turn.messages[-1]):
            return plan
        if not may_be_word(text, understand(text, replies.language)):
            return plan
        replies.matter = None
        return self._word(replies, case, survey, text)

    def _scored_in_words(
        self, replies: Replies, case: Case, survey: Survey, text: str, meaning: Understanding
    ) -> Plan | None:
        history = replies.turn.conversation.history
        age = replies.turn.started_at - survey.asked_at
        if age > timedelta(hours=PLAIN_HOURS) or not history:
            return None
        if not _is_still_asked(history, survey.kind):
            return None
        score = score_in(text, meaning, survey.kind, self._rules.form)
        if score is not None:
            return self._scored(replies, case, survey, score)
        if meaning.refusal and not meaning.rest:
            return self._declined(replies, survey, survey)
        if not is_a_number(text, meaning):
            return None
        again = question_again(survey.kind, case.id, replies.language, self._rules.form)
        return _spoken(replies, again.text, again.buttons, reason=f"{survey.kind}: another scale")

    def _declined(self, replies: Replies, survey: Survey, known: Survey | None) -> Plan:
        memo = replies.memo
        if survey is known:
            memo = replace(memo, survey=replace(survey, until=None))
        plan = _told(replies, "survey_declined", memo=memo, reason=f"{survey.kind} declined")
        return replace(plan, alarms=_without_lapse(replies.turn.conversation))

    def _scored(self, replies: Replies, case: Case, asked: Survey, score: int) -> Plan:
        """Count a score, tell the desk, and ask for a word unless people have the word."""
        now = replies.turn.started_at
        until = now + timedelta(minutes=self._rules.word_minutes)
        is_low = asked.kind is SurveyKind.CSAT and score <= LOW
        scored = replace(asked, score=score, until=None if replies.with_people else until)
        memo = replace(replies.memo, survey=scored)
        text, memo = self._thanks(replies, case, scored, memo)
        if is_low and not replies.with_people:
            memo = replace(memo, offered=True, answered=replies.turn.messages[-1].author.user_id)
        done = way_out(asked.kind, case.id, DONE, replies.language)
        plan = _spoken(
            replies,
            text,
            () if replies.with_people else (done,),
            memo=memo,
            reason=f"{asked.kind}: {score}",
        )
        news = self._news(
            replies, case, "nps_desk" if asked.kind is SurveyKind.NPS else "csat_desk", score=score
        )
        lapse = Alarm(kind=AlarmKind.LAPSE, at=until, about=case.id)
        alarms = _without_lapse(replies.turn.conversation)
        return replace(
            plan,
            deliveries=(*plan.deliveries, *news),
            rating=_rating(case, asked.kind, score, now),
            audit=_audit(replies, case, asked.kind, score),
            alarms=alarms if replies.with_people else (*alarms, lapse),
        )

    def _thanks(self, replies: Replies, case: Case, survey: Survey, memo: Memo) -> tuple[str, Memo]:
        """Return the thanks for a score, with what may be useful to a satisfied customer."""
        language, score = replies.language, survey.score or 0
        if replies.with_people:
            return say("after.scored", language), memo
        word = say("after.add_word", language)
        if survey.kind is SurveyKind.NPS:
            return f"{say('after.scored', language)} {word}", memo
        if score <= LOW:
            return f"{say('after.scored_low', language)}\n\n{word}", memo
        occasion = Occasion(
            conversation=replies.turn.conversation,
            memo=memo,
            language=language,
            at=replies.turn.started_at,
            case=case,
            score=score,
            is_shared=case.is_shared or not replies.turn.messages[-1].is_direct,
        )
        offer = self._offers.fitting(occasion)
        if offer is None:
            return f"{say('after.scored', language)} {word}", memo
        useful = suggesting.paragraph(offer, language)
        text = "\n\n".join((say("after.scored", language), useful, word))
        return text, suggesting.noted(memo, occasion)

    def _word(self, replies: Replies, case: Case, survey: Survey, text: str) -> Plan:
        score = survey.score or 0
        is_low = survey.kind is SurveyKind.CSAT and score <= LOW
        key = "word_taken_low" if is_low else "word_taken"
        memo = replies.memo
        if is_low:
            memo = replace(memo, offered=True, answered=replies.turn.messages[-1].author.user_id)
        plan = _told(replies, key, memo=memo, reason=f"a word to {survey.kind}")
        word = text.strip()[:WORD_LENGTH]
        rating = _rating(case, survey.kind, score, replies.turn.started_at)
        return replace(
            plan,
            deliveries=(*plan.deliveries, *self._news(replies, case, "word_desk", word=word)),
            rating=replace(rating, word=word),
            audit=_audit(replies, case, survey.kind, score),
            alarms=_without_lapse(replies.turn.conversation),
        )

    def _news(
        self, replies: Replies, case: Case, key: str, **values: object
    ) -> tuple[Delivery, ...]:
        """Tell the case's thread, if it has one."""
        if case.thread is None:
            return ()
        escaped = {name: literal(defanged(str(value))) for name, value in values.items()}
        customer = literal(defanged(replies.turn.messages[-1].author.display_name))
        text = say(
            f"after.{key}", self._rules.desk_language, customer=customer, case=case.id, **escaped
        )
        last = replies.turn.conversation.case
        place = None if last is not None and last.id == case.id else case.thread
        return (Delivery(lane=Lane.DESK, message=OutgoingMessage(text=text), place=place),)


def _case_of(conversation: Conversation, case_id: str) -> Case | None:
    cases = (conversation.case, *conversation.past)
    return next((case for case in cases if case is not None and case.id == case_id), None)


def _is_still_asked(history: Sequence[HistoryLine], kind: SurveyKind) -> bool:
    """Whether the question is the last thing said, but for words that answered a courtesy."""
    said = (line.text for line in reversed(history) if line.speaker is not Speaker.CUSTOMER)
    last = next((text for text in said if text not in _COURTESIES), "")
    return is_question(last, kind)


def _is_held(plan: Plan, replies: Replies) -> bool:
    """Whether people are asked in by the mode alone: nobody has looked whether it asks for anything."""
    is_held = replies.matter is not None and replies.matter.trial.is_held
    return is_held and plan.case is not None and plan.case.reason is CaseReason.TOPIC


def _is_theirs(case: Case, message: IncomingMessage) -> bool:
    """Whether the customer of the case says it: others may write in a shared conversation."""
    return case.customer_id in {message.author.user_id, None}


def _names(case: Case) -> tuple[str, ...]:
    """Return the names by which a customer may mean whoever helped them."""
    return tuple(case.agent.name.split()[:1]) if case.agent else ()


def _without_lapse(conversation: Conversation) -> tuple[Alarm, ...]:
    return tuple(alarm for alarm in conversation.alarms if alarm.kind is not AlarmKind.LAPSE)


def _rating(case: Case, kind: SurveyKind, score: int, at: datetime) -> Rating:
    agent_id = case.agent.id if case.agent else None
    return Rating(kind=kind, case=case.id, score=score, at=at, team=case.team, agent_id=agent_id)


def _audit(replies: Replies, case: Case, kind: SurveyKind, score: int) -> AuditEntry:
    place, author = replies.turn.conversation.ref, replies.turn.messages[-1].author
    return AuditEntry(
        at=replies.turn.started_at,
        actor_id=identity_at(place, author.user_id),
        actor=author.display_name,
        action=str(kind),
        case=case.id,
        detail=str(score),
    )


def _told(replies: Replies, key: str, *, reason: str, memo: Memo | None = None) -> Plan:
    """Say a sentence of the catalogue's room ``after``."""
    return _spoken(replies, say(f"after.{key}", replies.language), memo=memo, reason=reason)


def _spoken(
    replies: Replies,
    text: str,
    buttons: tuple[Button, ...] = (),
    *,
    reason: str,
    memo: Memo | None = None,
) -> Plan:
    """Say something of a survey, with the way to a person or back to the bot."""
    turn, language = replies.turn, replies.language
    action = "bot" if replies.with_people else "human"
    way = Button(action=action, label=say(f"conversation.button_{action}", language))
    message = OutgoingMessage(text=text, buttons=(*buttons, way))
    receipt = receipt_of(
        turn,
        outcome=Outcome.NOTED,
        language=language,
        question=replies.question,
        reasons=(reason,),
    )
    return Plan(
        outcome=Outcome.NOTED,
        receipt=receipt,
        deliveries=(Delivery(lane=Lane.CUSTOMER, message=message),),
        history=(*customer_lines(turn.messages), bot_line(message)),
        amends=replies.amends,
        memo=memo or replies.memo,
    )
