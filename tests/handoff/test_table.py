"""The table of verbs: names and aliases, plain words, and the audit of whatever changes something."""

import pytest

from adapters import verbs as menus
from bot.texts import LANGUAGES, catalogue
from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.conversations import Speaker
from bot.vocabulary.messages import Attachment, MessageKind
from handoff.agents.table import Scope, Verb, VerbTable
from handoff.agents.verbs import AgentVerbs
from handoff.copilot.help import Copilot
from handoff.saying.style import DeskStyle
from tests.builders import a_message, a_press
from tests.handoff.kit import (
    ANA,
    a_case,
    a_closed_case,
    a_line,
    a_turn,
    at_once,
    changes_nothing,
    says,
)
from tests.handoff.world import another_case, does, verbs

DESK = verbs(another_case(2))
WORDS = {
    "assign": "Ben",
    "transfer": "billing because",
    "reply": "hello",
    "note": "hello",
    "snooze": "2h",
    "followup": "2h",
    "priority": "high",
    "tag": "+vip",
    "remember": "plan: Pro",
    "merge": "R-2",
    "link": "R-2",
}
CHANGING = {
    *WORDS,
    *("claim", "release", "undo", "resolve", "return", "reopen", "next", "away", "back"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verb_is_explained(language: str) -> None:
    for verb in DESK.table:
        text = catalogue()[f"verbs.{verb.name}"][language]
        assert 0 < len(text) <= 100, "menus of platforms hold no more"
        if verb.needs_words:
            assert {f"verbs.usage_{verb.name}", f"verbs.asks_{verb.name}"} <= set(catalogue())


def test_menus_of_platforms_offer_every_verb() -> None:
    """To edit a draft is a button alone: a menu has no draft to begin with."""
    table = AgentVerbs(DeskStyle(language="en"), copilot=Copilot()).table
    assert {verb.name for verb in table} - {"edit"} == set(menus.VERBS)
    for verb in table:
        assert not verb.needs_words or menus.needs_words(verb.name)


def test_every_verb_has_a_spanish_name() -> None:
    english_alone = [verb.name for verb in DESK.table if not verb.aliases]
    assert english_alone == []


@pytest.mark.parametrize("verb", [verb.name for verb in DESK.table])
def test_what_changes_something_is_audited_and_nothing_else(verb: str) -> None:
    mine = a_case(ANA, customer_id="carla")
    case = {"claim": a_case(), "next": a_case(), "reopen": a_closed_case()}.get(verb, mine)
    plan = does(f"/{verb} {WORDS.get(verb, '')}".strip(), case, a_line(), desk=DESK)
    if verb not in CHANGING:
        assert plan.audit is None
        assert changes_nothing(plan)
        return
    assert plan.audit is not None
    assert (plan.audit.actor_id, plan.audit.actor, plan.audit.action) == (ANA.id, "Ana", verb)
    assert "hello" not in plan.audit.detail


@pytest.mark.parametrize(("kind", "text"), [("edited", "/reply other"), ("deleted", "")])
def test_a_changed_reply_is_audited(kind: str, text: str) -> None:
    message = says(text, kind=MessageKind(kind), id="m-reply")
    plan = at_once(DESK.work(a_turn(message, a_case(ANA), a_line())))
    assert plan.audit is not None
    assert plan.audit.action == kind


def test_talk_is_its_own_record() -> None:
    plan = does("she is upset", a_case(ANA))
    assert plan.history[0].speaker is Speaker.NOTE
    assert plan.audit is None


@pytest.mark.parametrize(
    "text", ["claim", "Claim it!", "LO TOMO", "me lo quedo.", "take it", "Asumir", "mio", "mío"]
)
def test_a_plain_word_is_a_verb_in_both_languages(text: str) -> None:
    plan = does(text, a_case())
    assert plan.case is not None
    assert plan.case.status is CaseStatus.CLAIMED
    assert plan.audit is not None
    assert plan.audit.action == "claim"


def test_a_plain_word_with_more_to_it_is_a_note() -> None:
    photo = Attachment(name="a.png", content_type="image/png", size_bytes=1)
    gesture = DESK.table.gesture
    assert not gesture(a_message("claim")).is_talk
    assert gesture(a_message("claim", attachments=(photo,))).is_talk
    assert gesture(a_message("claim", kind=MessageKind.EDITED)).is_talk
    assert gesture(a_message("claim?")).is_talk
    assert gesture(a_message("I claim it tomorrow")).is_talk


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("/responder hola", "reply"),
        ("!Asignar Ben", "assign"),
        ("/transcripción", "transcript"),
        ("/TRANSCRIPCION 2", "transcript"),
        ("/repyl", "repyl"),
    ],
)
def test_aliases_are_read_whatever_their_case_and_accents(text: str, verb: str) -> None:
    assert DESK.table.gesture(a_message(text)).verb == verb
    assert DESK.table.gesture(a_press("case:soltar")).verb == "release"


def test_two_verbs_never_share_a_name() -> None:
    def verb(name: str, *aliases: str, plain: tuple[str, ...] = ()) -> Verb:
        return Verb(
            name=name, does=lambda act: does("/help", act.case), aliases=aliases, plain=plain
        )

    with pytest.raises(ValueError, match="claim"):
        VerbTable([verb("claim"), verb("take", "claim")])
    with pytest.raises(ValueError, match="Lo Tomo"):
        VerbTable([verb("claim", plain=("lo tomo",)), verb("x", plain=("Lo Tomo",))])


def test_what_works_everywhere_touches_no_case() -> None:
    for verb in DESK.table:
        if verb.scope is Scope.EVERYWHERE:
            assert does(f"/{verb.name}", a_case(ANA), desk=DESK).case is None
