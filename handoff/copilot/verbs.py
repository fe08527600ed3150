"""The copilot's gestures. What is drafted is shown to agents; sending it is a gesture of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.texts import say, shortened
from bot.texts.literal import literal
from bot.vocabulary.conversations import Memo
from bot.vocabulary.copilot import Draft, Wording
from bot.vocabulary.messages import Button, OutgoingMessage
from bot.vocabulary.turns import Delivery, Lane, Plan
from handoff.agents.table import Verb
from handoff.copilot.canned import CannedReply, filled
from handoff.copilot.drafting import with_draft
from handoff.copilot.help import Copilot
from handoff.copilot.rewording import Rewording
from handoff.copilot.showing import language_name, shown_draft
from handoff.gestures import CASE_ACTION, Act, Gesture
from handoff.saying.voice import DeskVoice

ID_LENGTH = 8
ITEM_LENGTH = 120

Send = Callable[[Act], Plan]
"""Sends the words of a gesture to the customer, as ``/reply`` does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopilotVerbs:
    """Plans for what agents ask of their copilot."""

    copilot: Copilot
    voice: DeskVoice
    send: Send

    def verbs(self) -> tuple[Verb, ...]:
        """Return the verbs, for the table of the desk."""
        return (
            Verb(name="draft", does=self._drafted, aliases=("borrador",)),
            Verb(name="canned", does=self._canned, aliases=("plantilla",)),
            Verb(
                name="shorter",
                does=lambda act: self._reworded(act, Wording.SHORTER),
                aliases=("corto",),
            ),
            Verb(
                name="warmer",
                does=lambda act: self._reworded(act, Wording.WARMER),
                aliases=("cercano",),
            ),
            Verb(name="translate", does=self._translated, aliases=("traducir",)),
            Verb(name="send", does=self._sent, aliases=("enviar",)),
            Verb(name="edit", does=self._edited, aliases=("editar",)),
        )

    async def _drafted(self, act: Act) -> Plan:
        drafter = self.copilot.drafter
        conversation = act.turn.conversation
        draft = drafter and await drafter.draft(
            conversation, draft_id=_new_id(act), language=act.language, asker=act.agent.id
        )
        if draft is None:
            return self._told(act, "no_draft", prefix=self.voice.style.prefix)
        confidence = "–" if draft.confidence is None else f"{draft.confidence:.2f}"
        return await self._shown(act, draft, self._words("draft", confidence=confidence))

    def _canned(self, act: Act) -> Plan:
        name = act.gesture.target or act.gesture.text
        reply = self.copilot.canned.named(name)
        if reply is not None:
            draft = _from_canned(act, reply)
            heading = self._words("draft_canned", name=literal(reply.name))
            return self._kept(act, draft, self._card(act, draft, heading))
        found = self.copilot.canned.found(name)
        if not found:
            return self._told(act, "canned_none")
        return self._listed(act, found)

    def _listed(self, act: Act, found: Sequence[CannedReply]) -> Plan:
        home = self.voice.style.language
        items = [
            f"- `{reply.name}`: "
            + literal(shortened(reply.in_language(act.language)[0], ITEM_LENGTH))
            for reply in found
        ]
        text = say(
            "copilot.canned_list", home, prefix=self.voice.style.prefix, names="\n".join(items)
        )
        buttons = tuple(
            Button(action=f"{CASE_ACTION}canned:{reply.name}", label=reply.name) for reply in found
        )
        return self._desk(act, OutgoingMessage(text=text, buttons=buttons))

    async def _reworded(self, act: Act, wording: Wording) -> Plan:
        draft = self._draft_of(act)
        if draft is None:
            return self._gone(act)
        said = await Rewording(rewriter=self.copilot.rewriter).reword(
            draft.text,
            wording,
            language=draft.language,
            customer=act.case.customer,
            asker=act.agent.id,
        )
        reworded = replace(draft, id=_new_id(act), text=said)
        return await self._shown(act, reworded, self._words("draft_reworded"))

    async def _translated(self, act: Act) -> Plan:
        """Translate a draft; where it is named by a button, into the language that stands there."""
        draft = self._draft_of(act)
        if draft is None:
            return self._gone(act)
        target = act.gesture.target.partition(":")[2] or act.gesture.text.strip() or act.language
        interpreter = self.copilot.interpreter
        translator = interpreter.translator if interpreter else None
        said = translator and await translator.translate(
            draft.text, source=draft.language, target=target, asker=act.agent.id
        )
        if not said:
            return self._told(act, "no_translator")
        translated = replace(draft, id=_new_id(act), text=said, language=target)
        name = language_name(target, self.voice.style.language)
        return await self._shown(act, translated, self._words("draft_translated", name=name))

    def _sent(self, act: Act) -> Plan:
        draft = self._draft_of(act)
        if draft is None:
            return self._gone(act)
        gesture = Gesture(verb="reply", text=draft.text, sources=draft.sources, is_literal=False)
        return self.send(replace(act, gesture=gesture))

    def _edited(self, act: Act) -> Plan:
        """Send what an agent made of a draft; where there are no forms, show what to copy."""
        if act.gesture.text:
            return self.send(replace(act, gesture=Gesture(verb="reply", text=act.gesture.text)))
        draft = self._draft_of(act)
        if draft is None:
            return self._gone(act)
        flat = " ".join(draft.text.replace("`", "'").split())
        return self._told(act, "copy_draft", prefix=self.voice.style.prefix, text=flat)

    def _draft_of(self, act: Act) -> Draft | None:
        """Find the draft that a button stands under, else the last one."""
        drafts = act.turn.conversation.memo.drafts
        wanted = act.gesture.target.partition(":")[0]
        if not wanted:
            return drafts[-1] if drafts else None
        return next((draft for draft in drafts if draft.id == wanted), None)

    async def _shown(self, act: Act, draft: Draft, heading: str) -> Plan:
        interpreter = self.copilot.interpreter
        meaning = interpreter and await interpreter.for_agent(
            draft.text, customer=draft.language, asker=act.agent.id
        )
        return self._kept(act, draft, self._card(act, draft, heading, meaning))

    def _card(self, act: Act, draft: Draft, heading: str, meaning: str | None = None) -> Delivery:
        interpreter = self.copilot.interpreter
        home = self.voice.style.language
        targets = (act.language, home) if interpreter and interpreter.translator else ()
        return shown_draft(
            draft,
            heading,
            home=home,
            targets=tuple(dict.fromkeys(targets)),
            meaning=meaning,
            past=act.turn.conversation.past,
        )

    def _kept(self, act: Act, draft: Draft, card: Delivery) -> Plan:
        memo = with_drafts(act.turn.conversation.memo, draft)
        return replace(self.voice.silent(act, "draft"), deliveries=(card,), memo=memo)

    def _gone(self, act: Act) -> Plan:
        return self._told(act, "no_draft_left", prefix=self.voice.style.prefix)

    def _told(self, act: Act, key: str, **values: str) -> Plan:
        text = say(f"copilot.{key}", self.voice.style.language, **values)
        return self._desk(act, OutgoingMessage(text=text))

    def _desk(self, act: Act, message: OutgoingMessage) -> Plan:
        shown = Delivery(lane=Lane.DESK, message=message)
        return replace(self.voice.silent(act, act.gesture.verb), deliveries=(shown,))

    def _words(self, key: str, **values: str) -> str:
        return say(f"copilot.{key}", self.voice.style.language, **values)


def with_drafts(memo: Memo, draft: Draft) -> Memo:
    """Keep a draft among the last ones of the conversation."""
    return replace(memo, drafts=with_draft(memo.drafts, draft))


def _new_id(act: Act) -> str:
    return act.turn.id[:ID_LENGTH]


def _from_canned(act: Act, reply: CannedReply) -> Draft:
    text, language = reply.in_language(act.language)
    values = {
        "customer": literal(act.case.customer),
        "agent": literal(act.agent.name),
        "case": literal(act.case.id),
        "team": literal(act.case.team or ""),
    }
    return Draft(id=_new_id(act), text=filled(text, values), language=language)
