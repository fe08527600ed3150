"""The desk of the playground's page in a real browser: what an agent sees of a case and does with it."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from bot.vocabulary.cases import CaseStatus, Priority, Promise
from bot.vocabulary.conversations import Memo
from bot.vocabulary.messages import Button, OutgoingMessage
from bot.vocabulary.mood import Feeling, Mood, MoodCurve, MoodPoint
from bot.vocabulary.people import Agent
from tests.playground.browser import CHROMIUM, CONTRAST, DRIVER, MISSING, Browser
from tests.playground.stage import Stage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason=MISSING),
]

HOSTILE = "<img src=x onerror=window.hurt=1>"
ANA = Agent(id="playground:demo:ana", name="Ana")

DRAFT = OutgoingMessage(
    text="**Draft**\n\n> A new pan is on its way.",
    buttons=(
        Button(action="case:send:d1", label="Send"),
        Button(action="case:edit:d1", label="Edit first", asks=True, prefill="A new pan is on its"),
        Button(action="case:shorter:d1", label="Shorter"),
    ),
)


def now() -> datetime:
    return datetime.now(UTC)


def a_bad_day() -> Memo:
    """A customer whose mood has fallen from neutral to angry."""
    moods = (
        (Feeling.NEUTRAL, 0.1),
        (Feeling.FRUSTRATED, 0.6),
        (Feeling.ANGRY, 0.9),
    )
    points = tuple(
        MoodPoint(at=now(), mood=Mood(negative=negative), feeling=feeling)
        for feeling, negative in moods
    )
    return Memo(mood=MoodCurve(points=points, level=0.8))


def fill(stage: Stage) -> None:
    """Give the only case everything that a case can have."""
    stage.core.memo = a_bad_day()
    stage.change(
        priority=Priority.URGENT,
        team="Repairs",
        tier="gold",
        tags=("rust", HOSTILE),
        links=("R-0099",),
        reopened=1,
        due={Promise.FIRST_REPLY: now() - timedelta(minutes=3), Promise.RESOLUTION: in_hours(4.4)},
        breached=(Promise.FIRST_REPLY,),
        follow_up_at=in_hours(24),
        follow_up_about=HOSTILE,
    )


def in_hours(hours: float) -> datetime:
    return now() + timedelta(hours=hours)


def status(page: Browser, wanted: str) -> None:
    page.wait(lambda: page.one("case-status").get_dom_attribute("data-status") == wanted)


def drafts(page: Browser) -> list[WebElement]:
    cards = page.all("message", page.one("desk-log"))
    return [card for card in cards if card.get_dom_attribute("data-kind") == "draft"]


def colour(page: Browser, text: str) -> str:
    bubble = page.one("message-text", page.message(text, "desk"))
    return str(page.run("return getComputedStyle(arguments[0]).backgroundColor", bubble))


def test_a_case_shows_how_it_stands(page: Browser, stage: Stage) -> None:
    page.open_case()
    fill(stage)
    page.wait(lambda: page.one("case-priority").text == "Urgent")
    head = page.one("thread-head")
    facts = page.one("case-facts", head).text
    assert all(part in facts for part in ("R-0001", "English", "Repairs", "asked for a person"))
    first, second = page.all("promise", head)
    assert first.get_dom_attribute("data-broken") == "true"
    assert "overdue by 3 min" in first.text
    assert "Solution due in 4 h 2" in second.text
    curve = page.one("mood", head).find_element(By.TAG_NAME, "svg")
    assert (
        curve.get_dom_attribute("aria-label")
        == "Mood over 3 messages: neutral → frustrated → angry"
    )
    assert len(curve.find_elements(By.TAG_NAME, "circle")) == 3
    assert "waits" in page.one("case-wait").text
    assert "R-0099" in page.one("other-cases").text
    page.click("language-es")
    page.wait(lambda: page.one("case-priority").text == "Urgente")
    assert page.one("mood").text == "neutral → frustración → enfado"


def test_nothing_that_a_case_says_can_act(page: Browser, stage: Stage) -> None:
    page.open_case()
    fill(stage)
    stage.change(customer=HOSTILE, agent=Agent(id=ANA.id, name=HOSTILE), topic=HOSTILE)
    page.wait(lambda: HOSTILE in page.one("tags").text and HOSTILE in page.one("case-facts").text)
    assert page.run("return window.hurt") is None
    assert page.driver.find_elements(By.CSS_SELECTOR, "main img, main [onerror]") == []
    assert page.complaints() == []


def test_buttons_do_what_words_do(page: Browser, stage: Stage) -> None:
    page.open_case()
    status(page, "queued")
    page.click("case-claim")
    status(page, "claimed")
    page.click("case-snooze")
    assert "Until when" in page.one("form").text
    page.wait(lambda: page.all("form-choice"))[1].click()
    status(page, "snoozed")
    last = stage.core.accepted[-1]
    assert (last.action, last.text) == ("case:snooze", "2h")
    stage.change(snoozed_until=in_hours(2), agent=ANA)
    page.wait(lambda: "Asleep until" in page.one("case").text)
    page.click("case-transfer")
    ben = page.wait(lambda: [one for one in page.all("form-choice") if one.text == "@Ben"])[0]
    ben.click()
    page.one("form-text").send_keys("knows pans")
    page.click("form-send")
    status(page, "queued")
    last = stage.core.accepted[-1]
    assert (last.action, last.text) == ("case:transfer", "@Ben knows pans")


def test_more_verbs_are_reached_with_the_keyboard(page: Browser, stage: Stage) -> None:
    page.open_case()
    status(page, "queued")
    page.press("d")
    page.tab_to("case-more", back=True)
    page.press(Keys.ENTER)
    page.press(Keys.TAB)
    assert page.focused() == "case-priority"
    page.press(Keys.ESCAPE)
    page.wait(lambda: not page.all("case-tag")[0].is_displayed())
    assert page.focused() == "case-more"
    page.press(Keys.ENTER)
    page.press(Keys.TAB, Keys.ENTER)
    page.wait(lambda: page.all("form-choice"))[0].click()
    page.wait(lambda: stage.core.accepted[-1].action == "case:priority")
    assert stage.core.accepted[-1].text == "urgent"


def test_what_the_customer_reads_is_never_taken_for_a_note(page: Browser) -> None:
    page.open_case()
    page.click("case-claim")
    status(page, "claimed")
    page.write("She is upset.", Keys.ENTER, at="desk")
    page.write("I am sorry.", Keys.CONTROL, Keys.ENTER, Keys.NULL, at="desk")
    page.wait_for_text("I am sorry.")
    note, reply = page.message("She is upset.", "desk"), page.message("I am sorry.", "desk")
    assert page.one("gesture", note).text == "Internal note · only the team"
    assert page.one("gesture", reply).text == "The customer reads this"
    assert "kind-note" in (note.get_dom_attribute("class") or "")
    assert colour(page, "She is upset.") != colour(page, "I am sorry.")
    assert "She is upset." not in page.texts()


def test_a_reply_that_waits_counts_down_and_can_be_taken_back(page: Browser, stage: Stage) -> None:
    page.open_case()
    page.write("Too early.", Keys.CONTROL, Keys.ENTER, Keys.NULL, at="desk")
    page.wait_for_text("Too early.")
    reply = page.message("Too early.", "desk").get_dom_attribute("data-message-id")
    undo = Button(action=f"case:undo:{reply}", label="Undo")
    stage.show(OutgoingMessage(text="goes out in 2 s", buttons=(undo,)), key="held")
    page.wait(lambda: "Goes out in" in page.one("held", page.message("Too early.", "desk")).text)
    assert "goes out in 2 s" not in page.texts("desk"), "the reply itself says it"
    page.wait(lambda: page.all("held")[0].text == "")
    page.one("message-button", page.one("hold")).click()
    page.wait(lambda: stage.core.accepted[-1].action == undo.action)
    page.wait(lambda: page.one("hold").text == "Taken back")


def test_a_draft_is_sent_or_edited_first(page: Browser, stage: Stage) -> None:
    page.open_case()
    stage.show(DRAFT, key="draft")
    card = page.wait(lambda: drafts(page))[0]
    assert page.one("gesture", card).text == "Draft · not sent"
    page.all("message-button", card)[1].click()
    assert page.value("form-text") == "A new pan is on its"
    page.one("form-text").send_keys(" way.")
    page.click("form-send")
    page.wait(lambda: stage.core.accepted[-1].text == "A new pan is on its way.")
    page.wait(lambda: page.all("message-button", drafts(page)[0]))[0].click()
    page.wait(lambda: stage.core.accepted[-1].action == "case:send:d1")


def test_a_survey_stands_in_even_rows_and_is_answered(page: Browser, stage: Stage) -> None:
    page.open_case()
    steps = tuple(Button(action=f"nps:{step}", label=str(step)) for step in range(11))
    later = Button(action="nps:no", label="Not now")
    stage.show(OutgoingMessage(text="0 to 10?", buttons=(*steps, later)), key="s", customer=True)
    scale = page.one("scale")
    buttons = page.all("message-button", scale)
    assert [button.text for button in buttons] == [str(step) for step in range(11)]
    places = "return [...arguments[0].children].map((step) => step.offsetTop)"
    rows: list[int] = page.run(places, scale)
    assert sorted(Counter(rows).values()) == [5, 6]
    buttons[9].click()
    page.wait(lambda: stage.core.accepted[-1].action == "nps:9")


def test_the_list_is_sorted_by_urgency_and_filtered(page: Browser, stage: Stage) -> None:
    page.write("a person", Keys.ENTER)
    page.one("case")
    page.click("new-customer")
    page.write("a person", Keys.ENTER)
    page.wait(lambda: len(page.all("case")) == 2)
    page.wait(lambda: [case.text.split()[0] for case in page.all("case")] == ["Marta", "Liam"])
    liam, marta = (
        next(thread for thread, case in stage.core.cases.items() if case.customer == name)
        for name in ("Liam", "Marta")
    )
    stage.change(liam, priority=Priority.HIGH)
    stage.change(marta, status=CaseStatus.CLAIMED, agent=ANA)
    page.wait(lambda: [case.text.split()[0] for case in page.all("case")] == ["Liam", "Marta"])
    page.click("filter-mine")
    page.wait(lambda: [case.text.split()[0] for case in page.all("case")] == ["Marta"])
    page.click("agent-ben")
    page.wait(lambda: "no open case" in page.one("no-cases").text)
    page.click("filter-queued")
    page.wait(lambda: [case.text.split()[0] for case in page.all("case")] == ["Liam"])


def test_an_agent_takes_a_break(page: Browser) -> None:
    page.open_case()
    page.click("presence")
    page.wait(lambda: page.one("agent-ana").get_dom_attribute("data-away") == "true")
    assert page.one("presence").text == "I'm back"
    assert page.one("agent-ben").get_dom_attribute("data-away") == "false"
    page.click("presence")
    page.wait(lambda: page.one("presence").text == "Take a break")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_of_it_can_be_read(page: Browser, stage: Stage, scheme: str) -> None:
    page.prefer(scheme)
    page.open_case()
    fill(stage)
    stage.show(DRAFT, key="draft")
    page.write("A note", Keys.ENTER, at="desk")
    page.write("A reply", Keys.CONTROL, Keys.ENTER, Keys.NULL, at="desk")
    page.wait_for_text("A reply")
    page.wait(lambda: page.one("case-priority").text == "Urgent")
    page.click("case-more")
    assert page.run(CONTRAST) == []
    for control in page.driver.find_elements(By.CSS_SELECTOR, "button, textarea, input, a"):
        if control.is_displayed():
            assert control.accessible_name, control.get_attribute("outerHTML")
    page.resize(390, 800)
    page.click("switch-desk")
    assert page.run("return document.documentElement.scrollWidth <= innerWidth")
    assert page.one("desk-reply")
