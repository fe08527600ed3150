"""A finished conversation or case becomes a short record, once, and without secrets."""

from dataclasses import replace

import pytest

from bot.memory.episodes import conclude
from bot.memory.secrets import MASK
from bot.texts import LANGUAGES, say
from bot.vocabulary.cases import CaseEvent, CaseStatus
from bot.vocabulary.conversations import Conversation, Memo, Speaker
from bot.vocabulary.memory import Commitment, Episode, Memory
from bot.vocabulary.mood import Feeling, Mood, MoodCurve, MoodPoint
from tests.memory.kit import ANA, CARLA, HERE, a_case, agent, bot, customer, later, line, talk

EXPORT = "The export of my invoices stops at 40 percent"
ANSWER = "Open Settings, choose Export and press Repair: the export of invoices starts again."


def the_episode(conversation: Conversation, memory: Memory | None = None) -> Episode:
    [episode] = conclude(memory or Memory(), conversation, None, later(60)).episodes
    return episode


def test_an_episode_tells_the_problem_what_was_tried_and_how_it_ended() -> None:
    told = talk(customer(EXPORT, 0), bot(ANSWER, 1), customer("thanks, that worked!", 2))
    episode = the_episode(told)
    assert (episode.problem, episode.tried, episode.resolution) == (EXPORT, (ANSWER,), ANSWER)
    assert episode.is_solved is True
    assert (episode.place, episode.author_ids) == (HERE, (CARLA,))
    assert (episode.began_at, episode.ended_at) == (later(0), later(2))
    assert (episode.case, episode.solved_by) == (None, None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_bot_says_beside_its_answers_is_none(language: str) -> None:
    leads = [
        say(f"recalled.{key}", language, when="on 3 May", words="a reset")
        for key in ("again", "again_helped", "again_unsolved", "here_again_helped")
    ]
    ends = [
        say("memory.notice", language, prefix="/relevo "),
        say("memory.invitation", language),
        say("recalled.raise_problem", language, about="the lamp"),
        say("recalled.raise_promise", language, by="Ana", about="a call"),
    ]
    said = "\n\n".join([*leads, ANSWER.replace("Settings", "**Settings**"), *ends])
    thanks = [customer("thanks, that worked!", 2), bot(say("conversation.thanks", language), 3)]
    told = talk(customer(EXPORT, 0), bot(said, 1), *thanks, bot("(showed what is remembered)", 4))
    assert (the_episode(told).tried, the_episode(told).resolution) == ((ANSWER,), ANSWER)


def test_what_still_fails_is_not_solved() -> None:
    told = talk(customer(EXPORT, 0), bot(ANSWER, 1), customer("no, it still doesn't work", 2))
    assert the_episode(told).is_solved is False


def test_an_answer_that_was_rejected_is_not_solved() -> None:
    memo = Memo(rejections=1, rejected=("kb/export",))
    episode = the_episode(talk(customer(EXPORT, 0), bot(ANSWER, 1), memo=memo))
    assert episode.is_solved is False
    assert episode.rejected == ("kb/export",)


def test_nobody_knows_how_a_conversation_ended_that_just_stops() -> None:
    assert the_episode(talk(customer(EXPORT, 0), bot(ANSWER, 1))).is_solved is None


def test_a_problem_is_no_verdict_on_its_answer() -> None:
    problem = "The export of my invoices does not work"
    told = talk(customer("hello", 0), bot("Hello!", 1), customer(problem, 2), bot(ANSWER, 3))
    assert (the_episode(told).problem, the_episode(told).is_solved) == (problem, None)
    assert conclude(Memory(), told, None, later(60)).threads == ()
    verdict = customer("it still does not work", 4)
    assert the_episode(talk(*told.history, verdict)).is_solved is False


def test_a_case_ends_as_its_agent_says() -> None:
    case = a_case(resolution="Rebuilt the index.", topic="billing")
    told = talk(customer(EXPORT, 0), agent("I'll look into the invoices.", 5), case=case)
    episode = the_episode(told)
    assert (episode.case, episode.topic, episode.solved_by) == ("case-1", "billing", ANA.name)
    assert (episode.resolution, episode.is_solved) == ("Rebuilt the index.", True)


def test_without_a_note_the_agents_last_words_tell_how_it_ended() -> None:
    told = talk(customer(EXPORT, 0), agent("It runs again now.", 5), case=a_case())
    assert the_episode(told).resolution == "It runs again now."


def test_a_case_that_nobody_took_is_not_solved() -> None:
    case = a_case(status=CaseStatus.EXPIRED, closed_by=CaseEvent.EXPIRE, agent=None)
    assert the_episode(talk(customer(EXPORT, 0), case=case)).is_solved is False


def test_promises_are_kept_with_who_made_them_and_until_when() -> None:
    told = talk(
        customer(EXPORT, 0),
        agent("Sorry for that. I'll send you the invoices by Monday.", 5),
        agent("Will that do?", 6),
        case=a_case(),
    )
    [promise] = the_episode(told).commitments
    assert promise == Commitment(
        text="I'll send you the invoices by Monday.",
        by="Ana",
        until=later(days=3).replace(hour=23, minute=59),
    )


def test_moods_at_the_start_and_the_end_are_kept() -> None:
    feelings = [Feeling.SATISFIED, Feeling.ANGRY, Feeling.NEUTRAL]
    points = tuple(
        MoodPoint(at=later(minute), mood=Mood(), feeling=feeling)
        for minute, feeling in enumerate(feelings, start=-1)
    )
    memo = Memo(mood=MoodCurve(points=points))
    episode = the_episode(talk(customer(EXPORT, 0), customer("it was the cable", 1), memo=memo))
    assert (episode.before, episode.after) == (Feeling.ANGRY, Feeling.NEUTRAL)


def test_no_secret_stands_in_an_episode() -> None:
    told = talk(
        customer("My card 4111 1111 1111 1111 was charged twice for the order", 0),
        agent("I'll write to jane@example.com and refund the order tomorrow.", 5),
        case=a_case(resolution="Refunded DE89 3704 0044 0532 0130 00."),
    )
    episode = the_episode(told)
    shown = " ".join(
        (episode.problem, episode.resolution, *(one.text for one in episode.commitments))
    )
    assert "charged twice" in shown
    assert MASK in shown
    assert not any(secret in shown for secret in ("4111", "jane", "3704"))


def test_small_talk_notes_and_commands_make_no_episode() -> None:
    told = talk(customer("hi", 0), bot("Hello!", 1), customer("/memory", 2), customer("thanks", 3))
    assert conclude(Memory(), told, None, later(60)) == Memory()
    notes = talk(line(Speaker.NOTE, "refund him, he is a friend of mine", 0))
    assert conclude(Memory(), notes, None, later(60)) == Memory()


@pytest.mark.parametrize("greeting", ["hello, good morning", "hola, buenos días", "thanks!"])
def test_a_greeting_tells_no_problem(greeting: str) -> None:
    told = talk(customer(greeting, 0), bot("Hello!", 1), customer(EXPORT, 2))
    assert the_episode(told).problem == EXPORT


def test_only_the_stretch_counts() -> None:
    told = talk(customer(EXPORT, 0), customer("The lamp flickers at night", 30))
    memory = conclude(Memory(), told, later(10), later(60))
    assert [episode.problem for episode in memory.episodes] == ["The lamp flickers at night"]
    assert conclude(Memory(), told, later(30), later(60)) == Memory()


def test_a_case_that_ended_before_the_stretch_has_nothing_to_do_with_it() -> None:
    told = talk(customer("The lamp flickers at night", 30), case=a_case(resolution="Rebuilt."))
    memory = conclude(Memory(), told, later(20), later(60))
    assert (memory.episodes[0].case, memory.episodes[0].resolution) == (None, "")


def test_concluding_again_changes_nothing() -> None:
    told = talk(customer(EXPORT, 0), agent("I'll fix it by Monday.", 5), case=a_case())
    once = conclude(Memory(), told, None, later(60))
    assert conclude(once, told, None, later(90)) == once


def test_stretches_of_one_case_make_one_episode() -> None:
    waiting = a_case(status=CaseStatus.CLAIMED, closed_by=None)
    first = talk(customer(EXPORT, 0), agent("I'll fix it by Monday.", 5), case=waiting)
    memory = conclude(Memory(), first, None, later(40))
    assert memory.episodes[0].is_solved is None
    closed = replace(
        waiting, status=CaseStatus.RESOLVED, closed_by=CaseEvent.RESOLVE, changed_at=later(90)
    )
    second = talk(*first.history, customer("The export works again!", 80), case=closed)
    [episode] = conclude(memory, second, later(40), later(120)).episodes
    assert (episode.began_at, episode.ended_at) == (later(0), later(80))
    assert (episode.problem, episode.is_solved) == (EXPORT, True)
    assert [promise.text for promise in episode.commitments] == ["I'll fix it by Monday."]
