"""Days in words, as people say them: ``3 May``, and with the year where it is another one."""

from datetime import date

from bot.texts import say


def day_in_words(day: date, today: date, language: str) -> str:
    """Return a day as it is seen from today."""
    month = say("verbs.months", language).split()[day.month - 1]
    key = "recalled.day" if day.year == today.year else "recalled.day_of_year"
    return say(key, language, day=day.day, month=month, year=day.year)


def when_in_words(day: date, today: date, language: str) -> str:
    """Return when something was: ``on 3 May``, ``earlier today``."""
    if day == today:
        return say("recalled.when_today", language)
    return say("recalled.when_day", language, day=day_in_words(day, today, language))
