"""A day in the life of a support desk, through the real SDKs: its diary is what the test prints."""

import sys
from pathlib import Path

from redis.asyncio import Redis

from bot.vocabulary.alarms import AlarmKind
from bot.vocabulary.surveys import SurveyKind
from tests.flows.day import Day, a_day


async def test_a_day_in_the_life(redis_client: Redis, redis_url: str, tmp_path: Path) -> None:
    async with a_day(redis_client, redis_url, tmp_path) as day:
        try:
            await _nine_o_clock(day)
            await _half_past_nine(day)
            await _eleven_o_clock(day)
            await _noon(day)
            await _three_o_clock(day)
            await _six_o_clock(day)
        finally:
            sys.stdout.write("\n".join(day.diary))


async def _nine_o_clock(day: Day) -> None:
    day.hour("09:00  Carla asks the bot, and that is all she needs")
    await day.says("Carla", "How long does delivery take?")
    await day.hears("Carla", "working days")
    await day.says("Carla", "thanks!")
    await day.hears("Carla", "welcome")


async def _half_past_nine(day: Day) -> None:
    day.hour(
        "09:30  Gustavo wants a person; Ana takes him, and the case sleeps until the parcel came"
    )
    await day.says("Gustavo", "Hola, quiero hablar con una persona, por favor")
    await day.hears("Gustavo", "nuestro equipo")
    thread = await day.case_of("Gustavo", at="Ana")
    await day.does("Ana", "!claim", thread)
    await day.hears("Gustavo", "Ana")
    await day.does("Ana", "he sounds in a hurry", thread)
    await day.does("Ana", "!reply Hola, Gustavo. Su paquete sale hoy; le escribo mañana.", thread)
    await day.hears("Gustavo", "sale hoy")
    await day.does("Ana", "!snooze 1d", thread)
    await day.reads("Ana", "lets this case sleep", thread)
    await day.later("Gustavo", AlarmKind.SNOOZE)
    await day.reads("Ana", "awake", thread)
    assert "in a hurry" not in day.shown_to("Gustavo")


async def _eleven_o_clock(day: Day) -> None:
    day.hour("11:00  Diego's matter is an invoice: Ana passes it to Cai, who works on Discord")
    await day.says("Diego", "I want to talk to a person, please")
    thread = await day.case_of("Diego", at="Ana")
    await day.does("Ana", "!claim", thread)
    await day.hears("Diego", "Ana")
    await day.says("Diego", "My April bill is wrong")
    await day.reads("Ana", "April bill", thread)
    await day.does("Ana", "!transfer billing his April bill is wrong", thread)
    await day.hears("Diego", "billing")
    forum = await day.case_of("Diego", at="Cai")
    await day.reads("Cai", "April bill", forum)
    await day.does("Cai", "/claim", forum)
    await day.hears("Diego", "Cai")
    await day.does("Cai", "/reply You're right, I've sent you a corrected one.", forum)
    await day.hears("Diego", "corrected one")
    await day.does("Cai", "/resolve sent a corrected bill", forum)
    await day.hears("Diego", "marked this as solved")
    await day.presses("Diego", ":5")
    await day.hears("Diego", "Thank")


async def _noon(day: Day) -> None:
    day.hour("12:00  Finn waits too long: the promise is broken, Ben the lead steps in")
    await day.says("Finn", "Can I speak to a human about my pan?")
    thread = await day.case_of("Finn", at="Ben")
    await day.later("Finn", AlarmKind.PROMISE, "first_reply:over")
    await day.reads("Ben", "promised time is over", thread)
    await day.does("Ben", "!reply Sorry that you had to wait, Finn. What is it about?", thread)
    await day.hears("Finn", "Sorry that you had to wait")
    await day.says("Finn", "never mind, the manual had it")
    await day.reads("Ben", "never mind", thread)
    await day.does("Ben", "!resolve found it himself", thread)
    await day.hears("Finn", "marked this as solved")


async def _three_o_clock(day: Day) -> None:
    day.hour("15:00  Hana's case is solved, and comes back")
    await day.says("Hana", "I need a human, my handle broke")
    thread = await day.case_of("Hana", at="Ben")
    await day.does("Ben", "!reply We'll send you a new handle by Friday.", thread)
    await day.hears("Hana", "new handle by Friday")
    await day.does("Ben", "!resolve new handle sent", thread)
    await day.hears("Hana", "marked this as solved")
    await day.says("Hana", "I want to talk to a person again, the handle is the wrong one")
    await day.reads("Ben", "wrong one", thread)
    await day.does("Ben", "!claim", thread)
    await day.does("Ben", "!reply Oh no. The right one goes out today.", thread)
    await day.hears("Hana", "The right one goes out today")
    await day.does("Ben", "!resolve the right handle sent", thread)


async def _six_o_clock(day: Day) -> None:
    day.hour("18:00  Elena asks about an invoice, which is Cai's from the start; the day's ratings")
    await day.says("Elena", "Please let me talk to somebody about my invoice")
    forum = await day.case_of("Elena", at="Cai")
    await day.does("Cai", "/claim", forum)
    await day.hears("Elena", "Cai")
    await day.does("Cai", "/reply Here you go, Elena.", forum)
    await day.hears("Elena", "Here you go")
    await day.does("Cai", "/resolve", forum)
    await day.hears("Elena", "marked this as solved")
    [rating] = [one for one in await day.ratings() if one.kind is SurveyKind.CSAT]
    day.note("ratings", f"{rating.score}/5 for {rating.team}")
    assert rating.team == "billing"
    for name in day.customers:
        assert day.shown_to(name).count("!reply") == 0
