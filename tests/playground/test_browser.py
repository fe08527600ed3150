"""The playground's page in a real browser, with a scripted core behind it."""

from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from adapters.playground.transcript import FILE_BYTES
from bot.vocabulary.messages import Button, ConversationRef, MessageKind, OutgoingMessage
from tests.playground.browser import CHROMIUM, CONTRAST, DRIVER, MISSING, Browser
from tests.playground.stage import Stage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason=MISSING),
]


def test_a_suggestion_is_answered_with_sources_and_leaves_a_receipt(page: Browser) -> None:
    iron = next(item for item in page.all("suggestion") if "cast iron" in item.text)
    iron.click()
    page.wait(lambda: len(page.all("message")) == 2)
    answer = page.all("message")[1]
    assert answer.get_dom_attribute("data-voice") == "bot"
    assert [item.text for item in answer.find_elements(By.CSS_SELECTOR, "ol > li")][1].startswith(
        "Dry"
    )
    linked, plain = page.all("source", answer)
    assert linked.get_dom_attribute("href") == "https://casalumbre.example/care/cast-iron"
    assert linked.get_dom_attribute("rel") == "noopener noreferrer nofollow"
    assert plain.tag_name == "span"
    receipt = page.one("receipt")
    page.wait(lambda: "86%" in page.one("receipt-confidence").text)
    assert "Answered" in page.one("receipt-decision").text
    assert "English" in page.one("receipt-language_of_turn").text
    assert "every word" in page.one("receipt-reasons", receipt).text
    assert "0.91" in page.one("receipt-sources", receipt).text
    assert page.complaints() == []


def test_buttons_under_an_answer_are_pressed(page: Browser, stage: Stage) -> None:
    page.write("cast iron", Keys.ENTER)
    page.wait(lambda: len(page.all("message-button")) == 3)
    page.all("message-button")[0].click()
    page.wait(lambda: page.all("message-button")[0].get_dom_attribute("aria-pressed") == "true")
    page.wait(lambda: stage.core.accepted[-1].action == "rate:up")


def test_customers_are_different_people_with_conversations_of_their_own(
    page: Browser, stage: Stage
) -> None:
    page.write("I am the first", Keys.ENTER)
    page.wait_for_text("You said: I am the first")
    page.click("new-customer")
    page.wait(lambda: page.texts() == [])
    page.write("I am the second", Keys.ENTER)
    page.wait_for_text("You said: I am the second")
    first, second = (message.author for message in stage.core.accepted)
    assert first.user_id != second.user_id
    assert (first.display_name, second.display_name) == ("Marta", "Liam")
    stage.do(
        stage.adapter.send(
            stage.core.accepted[0].conversation, OutgoingMessage(text="One more thing."), key="k"
        )
    )
    tab = page.all("customer-tab")[0]
    page.wait(lambda: "1" in page.all("customer-tab")[0].text)
    tab = page.all("customer-tab")[0]
    tab.click()
    page.wait_for_text("One more thing.")
    assert page.texts()[0] == "I am the first"


def test_a_reload_keeps_everything(page: Browser, stage: Stage) -> None:
    page.write("Hello", Keys.ENTER)
    page.wait_for_text("You said: Hello")
    page.click("language-es")
    page.write("half a sent")
    page.open(stage.url)
    page.wait(lambda: page.texts() == ["Hello", "You said: Hello"])
    assert page.value("customer-composer-text") == "half a sent"
    assert page.one("customer-send").text == "Enviar"
    assert len(stage.core.accepted) == 1


def test_what_is_written_during_a_restart_arrives_once_and_in_order(
    page: Browser, stage: Stage
) -> None:
    page.write("before", Keys.ENTER)
    page.wait_for_text("You said: before")
    stage.stop()
    page.wait(lambda: page.one("connection").get_dom_attribute("data-state") == "offline")
    page.write("during 1", Keys.ENTER)
    page.write("during 2", Keys.ENTER)
    assert "kept" in page.one("banner").text
    assert page.message("during 1").get_dom_attribute("data-state") == "waiting"
    stage.start()
    page.wait_for_text("You said: during 2")
    assert page.texts().count("during 1") == page.texts().count("during 2") == 1
    assert [message.text for message in stage.core.accepted] == ["before", "during 1", "during 2"]
    assert not page.all("banner")[0].is_displayed()


def test_what_is_written_during_a_restart_survives_a_closed_window(
    page: Browser, stage: Stage
) -> None:
    stage.stop()
    page.write("Do not lose me", Keys.ENTER)
    page.driver.get("about:blank")
    stage.start()
    page.open(stage.url)
    page.wait_for_text("You said: Do not lose me")
    assert len(stage.core.accepted) == 1


def test_what_can_not_be_stored_is_sent_again_and_said(page: Browser, stage: Stage) -> None:
    stage.core.failing = True
    page.write("Keep this", Keys.ENTER)
    assert "can't be stored" in page.one("banner").text
    assert page.message("Keep this").get_dom_attribute("data-state") == "waiting"
    stage.core.failing = False
    page.wait_for_text("You said: Keep this")
    assert page.message("Keep this").get_dom_attribute("data-state") == "accepted"
    assert not page.all("banner")[0].is_displayed()
    assert len({message.event_key for message in stage.core.accepted}) == 1


def test_a_case_goes_to_an_agent_and_back(page: Browser, stage: Stage) -> None:
    page.open_case()
    page.wait(lambda: page.one("case").get_dom_attribute("data-status") == "queued")
    page.click("case-claim")
    page.wait(lambda: "With Ana" in page.one("case").text)
    page.write("She is in a hurry.", Keys.ENTER, at="desk")
    page.wait_for_text("She is in a hurry.", "desk")
    assert page.message("She is in a hurry.", "desk").get_dom_attribute("data-kind") == "note"
    page.write("Hello Marta, how can I help?", Keys.CONTROL, Keys.ENTER, Keys.NULL, at="desk")
    page.wait_for_text("Hello Marta, how can I help?")
    said = page.message("Hello Marta, how can I help?")
    assert said.get_dom_attribute("data-voice") == "agent"
    assert page.one("speaker", said).text == "Ana"
    assert "She is in a hurry." not in page.texts()
    page.write("My pan has rust", Keys.ENTER)
    page.wait_for_text("My pan has rust", "desk")
    page.click("agent-ben")
    page.write("Shall I help?", at="desk")
    page.click("desk-note")
    page.wait_for_text("Shall I help?", "desk")
    assert stage.core.accepted[-1].author.display_name == "Ben"
    page.click("case-resolve")
    page.wait(lambda: page.one("case").get_dom_attribute("data-status") == "resolved")
    assert not page.all("case-claim")


def test_the_receipt_says_why_a_person_was_brought_in(page: Browser) -> None:
    page.write("I want to talk to a person", Keys.ENTER)
    page.wait(lambda: "Why a person" in page.one("receipt-reasons").text)
    assert "asked for a person" in page.one("receipt-reasons").text
    assert (
        page.one("verdict", page.one("receipt")).get_dom_attribute("data-decision") == "hand_over"
    )


def test_the_receipts_follow_the_chosen_case(page: Browser) -> None:
    page.write("I want to talk to a person", Keys.ENTER)
    page.one("case")
    page.click("new-customer")
    page.wait(lambda: "Liam" in page.one("receipts-of").text)
    assert page.one("no-receipt")
    page.click("case")
    page.wait(lambda: "Marta" in page.one("receipts-of").text)
    assert "I want to talk" in page.one("receipt-question").text


def test_a_message_is_edited_and_deleted(page: Browser, stage: Stage) -> None:
    page.write("teh pan", Keys.ENTER)
    page.wait_for_text("You said: teh pan")
    page.write("", Keys.ARROW_UP)
    field = page.one("customer-composer-text")
    assert page.value("customer-composer-text") == "teh pan"
    assert page.one("customer-composer-editing")
    field.clear()
    page.write("the pan", Keys.ENTER)
    page.wait_for_text("the pan")
    assert stage.core.accepted[-1].kind is MessageKind.EDITED
    page.one("delete", page.message("the pan")).click()
    page.wait_for_text("This message was deleted.")
    assert stage.core.accepted[-1].kind is MessageKind.DELETED


def test_a_text_that_is_too_long_stays_with_its_writer(page: Browser, stage: Stage) -> None:
    page.run(
        "const field = document.querySelector('#customer-text');"
        "field.value = 'x'.repeat(65537); field.dispatchEvent(new Event('input'));"
    )
    page.write("", Keys.ENTER)
    assert "64 kB" in page.one("customer-composer-error").text
    assert len(page.value("customer-composer-text")) == 65537
    assert stage.core.accepted == []


def test_the_page_follows_the_system_and_the_choice_of_light_or_dark(
    page: Browser, stage: Stage
) -> None:
    def ground() -> str:
        return str(page.run("return getComputedStyle(document.body).backgroundColor"))

    light = ground()
    page.prefer("dark")
    dark = ground()
    assert light != dark
    page.click("theme")
    assert ground() == light
    page.open(stage.url)
    assert ground() == light
    page.click("theme")
    assert ground() == dark


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_read(page: Browser, scheme: str) -> None:
    page.prefer(scheme)
    assert page.run(CONTRAST) == []
    page.write("cast iron", Keys.ENTER)
    page.open_case()
    page.click("case-claim")
    page.write("A note", Keys.ENTER, at="desk")
    page.write("A reply", Keys.CONTROL, Keys.ENTER, Keys.NULL, at="desk")
    page.wait_for_text("A reply")
    page.write("/release", Keys.ENTER, at="desk")
    page.wait(lambda: len(page.all("receipt-row")) == 2)
    assert page.run(CONTRAST) == []


def test_the_page_speaks_spanish(page: Browser) -> None:
    page.click("language-es")
    assert page.run("return document.documentElement.lang") == "es"
    assert page.one("new-customer").text == "Nuevo"
    assert (
        page.one("customer-composer-text").get_dom_attribute("placeholder").startswith("Pregunta")
    )
    assert page.one("connection").text == "Conectado"
    page.all("suggestion")[0].click()
    page.wait_for_text("You said: ¿Cuánto tarda el envío a Alemania?")
    page.wait(lambda: "Respondió" in page.one("receipt").text)
    assert "español" in page.one("receipt").text


def test_on_a_phone_one_pane_is_shown_at_a_time(page: Browser) -> None:
    page.resize(390, 800)
    assert page.one("pane-customer")
    assert not page.all("pane-desk")[0].is_displayed()
    page.write("I want to talk to a person", Keys.ENTER)
    page.wait(lambda: "1" in page.one("switch-desk").text)
    page.click("switch-desk")
    page.click("case")
    assert not page.all("case")[0].is_displayed()
    page.click("case-claim")
    page.wait_for_text("Ana: claim.", "desk")
    page.click("all-cases")
    assert page.one("case")
    page.click("switch-receipts")
    assert "asked for a person" in page.one("receipt-reasons").text
    assert page.run("return document.documentElement.scrollWidth <= innerWidth")


def test_everything_can_be_done_with_the_keyboard_alone(page: Browser, stage: Stage) -> None:
    press = page.press
    press("c")
    assert page.focused() == "customer-composer-text"
    press("a person")
    page.press_with(Keys.SHIFT, Keys.ENTER)
    press("please", Keys.ENTER)
    page.one("case")
    assert stage.core.accepted[0].text == "a person\nplease"
    press(Keys.ESCAPE)
    press("d")
    assert page.focused() == "case"
    press(Keys.ENTER)
    page.one("case-claim")
    page.tab_to("case-claim")
    press(Keys.SPACE)
    page.wait(lambda: "With Ana" in page.one("case").text)
    assert page.focused() == "case-release"
    press("d")
    assert page.focused() == "desk-composer-text"
    press("Here I am")
    page.press_with(Keys.CONTROL, Keys.ENTER)
    page.wait_for_text("Here I am")


def test_customers_and_shortcuts_are_reached_with_the_keyboard(page: Browser) -> None:
    page.press("n")
    page.wait(lambda: len(page.all("customer-tab")) == 2)
    assert page.focused() == "customer-composer-text"
    page.all("customer-tab")[1].send_keys(Keys.ARROW_LEFT)
    assert page.all("customer-tab")[0].get_dom_attribute("aria-selected") == "true"
    assert page.focused() == "customer-tab"
    page.press("?")
    assert page.one("shortcuts")
    page.press(Keys.ESCAPE)
    page.wait(lambda: not page.all("shortcuts")[0].is_displayed())
    page.press("l")
    page.wait(lambda: page.one("new-customer").text == "Nuevo")


def test_every_control_has_a_name_and_every_log_speaks(page: Browser) -> None:
    page.write("cast iron", Keys.ENTER)
    page.open_case()
    page.wait(lambda: len(page.all("receipt-row")) == 2)
    page.wait(lambda: page.one("case").get_dom_attribute("data-status") == "queued")
    for control in page.driver.find_elements(By.CSS_SELECTOR, "button, textarea, input, a"):
        if control.is_displayed():
            assert control.accessible_name, control.get_attribute("outerHTML")
    for log in ("customer-log", "desk-log"):
        [part] = page.all(log)
        page.wait(lambda part=part: part.get_dom_attribute("aria-live") == "polite")
        assert part.accessible_name


def test_no_text_can_act(page: Browser, stage: Stage) -> None:
    texts = [
        "<img src=x onerror=window.hurt=1>",
        "<script>window.hurt=1</script>",
        "[x](javascript:window.hurt=1)",
        "<svg onload=window.hurt=1>",
    ]
    for text in texts:
        page.write(text, Keys.ENTER)
        page.wait_for_text(text)
    page.wait(lambda: len(page.texts()) == 2 * len(texts))
    for number, text in enumerate(texts):
        said = OutgoingMessage(text=text, speaker=text)
        stage.do(stage.adapter.send(stage.core.accepted[0].conversation, said, key=f"k{number}"))
        stage.do(stage.adapter.open_thread(stage.adapter.desk, text, said, key=f"k{number}"))
    page.wait(lambda: len(page.texts()) == 3 * len(texts))
    page.click("case")
    page.one("thread-head")
    assert page.run("return window.hurt") is None
    acting = "[onerror], [onload], [href^=javascript], .log img, .log script"
    assert page.driver.find_elements(By.CSS_SELECTOR, acting) == []
    assert page.complaints() == []


def test_files_travel_from_the_customer_and_back(
    page: Browser, stage: Stage, tmp_path: Path
) -> None:
    file, large = tmp_path / "año <b>.txt", tmp_path / "large.bin"
    file.write_text("A scratch.", encoding="utf-8")
    large.write_bytes(bytes(FILE_BYTES + 1))
    picker = page.all("customer-composer-picker")[0]
    picker.send_keys(str(large))
    page.wait(lambda: "too large" in page.one("customer-composer-error").text)
    picker.send_keys(str(file))
    page.wait(lambda: "año <b>.txt" in page.one("customer-composer-files").text)
    page.click("customer-composer-remove")
    page.wait(lambda: not page.all("customer-composer-files")[0].is_displayed())
    picker.send_keys(str(file))
    page.one("customer-composer-remove")
    page.click("customer-send")
    page.wait(lambda: len(stage.core.accepted) == 1)
    [attachment] = stage.core.accepted[0].attachments
    assert (attachment.name, stage.core.accepted[0].text) == ("año <b>.txt", "")
    content = stage.do(stage.adapter.download(attachment, most_bytes=100))
    place = stage.core.accepted[0].conversation
    stage.do(stage.adapter.send(place, OutgoingMessage(text="Back:"), key="k", files=[content]))
    page.wait(lambda: len(page.all("file")) == 2)
    links = [link.get_dom_attribute("href") or "" for link in page.all("file")]
    script = "return fetch(arguments[0]).then((answer) => answer.text())"
    assert [page.run(script, link) for link in links] == ["A scratch."] * 2
    assert not page.all("customer-composer-files")[0].is_displayed()
    assert page.complaints() == []


def test_what_relevo_changes_and_takes_back_changes_on_the_page(
    page: Browser, stage: Stage
) -> None:
    page.write("Hello", Keys.ENTER)
    page.wait_for_text("You said: Hello")
    place = stage.core.accepted[0].conversation
    written = OutgoingMessage(text="  *a*\n\n  <b>", is_literal=True)
    stage.do(stage.adapter.send(place, written, key="k"))
    page.wait(lambda: len(page.texts()) == 3)
    exact = "return arguments[0].innerText"
    last = page.all("message-text")[2]
    assert page.run(exact, last) == "  *a*\n\n  <b>"
    stage.do(stage.adapter.edit(place, OutgoingMessage(text="Changed."), key="k"))
    page.wait_for_text("Changed.")
    stage.do(stage.adapter.retract(place, key="k"))
    page.wait(lambda: page.texts() == ["Hello", "You said: Hello"])


def test_a_button_that_asks_for_words_leads_to_where_one_writes(
    page: Browser, stage: Stage
) -> None:
    page.open_case()
    [thread] = [place for place in map(ConversationRef.parse, stage.core.cases)]
    asking = OutgoingMessage(
        text="?", buttons=(Button(action="case:reply", label="Reply", asks=True),)
    )
    stage.do(stage.adapter.send(thread, asking, key="k"))
    accepted = len(stage.core.accepted)
    page.wait(lambda: [one for one in page.all("message-button") if one.text == "Reply"])[0].click()
    page.wait(lambda: page.focused() == "desk-composer-text")
    assert len(stage.core.accepted) == accepted
