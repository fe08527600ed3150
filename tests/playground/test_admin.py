"""The admin's place on the page in a real browser, with a scripted core behind it."""

from itertools import product

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from adapters.playground.commands import described_command
from adapters.playground.parse import admin_conversation
from bot.vocabulary.commands import COMMANDS, read, written
from bot.vocabulary.messages import Button, MessageKind, OutgoingMessage
from tests.playground.browser import CHROMIUM, CONTRAST, DRIVER, MISSING, Browser
from tests.playground.stage import Stage
from tests.playground.steering import LONG

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason=MISSING),
]

VALUES = ("0.5", "mon-fri 9:00-18:00", 'say "no"', "back\\slash", "a=b", "two\nlines", "año", '"')

SAME = """
const [commands, lines, done] = arguments;
import("/playground/static/commands.js").then(({ commandOf, typedBehind, written }) => done(lines.map((line) => {
  const { command, end } = commandOf(line, commands);
  const { values } = typedBehind(command, `${line} `, end);
  return { id: command.id, values, line: written(command, values) };
})));
"""


def test_a_command_is_completed_answered_and_its_button_pressed(
    page: Browser, stage: Stage
) -> None:
    page.click("admin-open")
    page.write("/set", at="admin")
    page.wait(lambda: len(page.all("option")) == 3)
    page.write("", Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ENTER, at="admin")
    assert page.value("admin-composer-text") == "/settings set "
    assert stage.core.accepted == [], "Enter took what was chosen, and sent nothing"
    page.write("ans", at="admin")
    page.wait(lambda: [item.text for item in page.all("option")] == ["escalation.answer_above"])
    page.write("", Keys.TAB, at="admin")
    page.write("0.5", Keys.ENTER, at="admin")
    page.wait_for_text("Done: settings set\nsetting: escalation.answer_above\nvalue: 0.5", "admin")
    [message] = stage.core.accepted
    assert message.text == "/settings set escalation.answer_above 0.5"
    assert (message.conversation, message.is_direct) == (admin_conversation(), True)
    assert message.author.user_id == "admin"
    page.write("/status", Keys.ENTER, at="admin")
    long = page.wait(
        lambda: next((b for b in page.all("message-button") if "Name" in b.text), None)
    )
    assert page.driver.find_elements(By.CSS_SELECTOR, "#admin-panel table th")
    long.click()
    page.wait(lambda: stage.core.accepted[-1].action == f"admin:{LONG}")
    page.open(stage.url)
    page.wait(lambda: "/status" in page.texts("admin"))
    assert page.one("admin-open").get_dom_attribute("aria-pressed") == "true"
    page.click("customer-tab")
    assert page.one("customer-composer-text").is_displayed()
    assert page.texts() == [], "what an admin says is in no customer's conversation"
    assert page.complaints() == []


def test_a_form_asks_for_each_argument_of_a_command_or_of_a_buttons(
    page: Browser, stage: Stage
) -> None:
    page.click("admin-open")
    page.write("/canned set welcome", Keys.ESCAPE, at="admin")
    page.click("admin-form")
    fields = {item.get_dom_attribute("data-name"): item for item in page.all("field")}
    assert page.run("return arguments[0].value", fields["name"]) == "welcome"
    page.click("command-send")
    assert page.all("command-form"), "what is missing is asked for"
    Select(fields["language"]).select_by_value("es")
    fields["text"].send_keys('Hola, "{name}"')
    page.click("command-send")
    page.wait(lambda: stage.core.accepted)
    found = read(stage.core.accepted[0].text)
    assert found is not None
    assert found.values == {"name": "welcome", "language": "es", "text": 'Hola, "{name}"'}
    assert page.value("admin-composer-text") == ""
    page.write("/status", Keys.ENTER, at="admin")
    page.wait(
        lambda: next((b for b in page.all("message-button") if b.text == "Hours"), None)
    ).click()
    values = "return [...document.querySelectorAll('[data-testid=field]')].map((one) => one.value)"
    assert page.run(values) == ["Billing", "mon-fri 9:00-18:00"]
    page.click("command-send")
    page.wait(lambda: len(stage.core.accepted) == 3)
    assert stage.core.accepted[-1].text == '/hours team=Billing hours="mon-fri 9:00-18:00"'


TOP = """
const log = document.querySelector("[data-testid=admin-log]");
const last = log.lastElementChild;
if (last?.dataset.voice !== "bot" || last.offsetHeight < 900) return -1;
return Math.round(last.getBoundingClientRect().top - log.parentElement.getBoundingClientRect().top);
"""


def test_an_admins_button_of_the_desk_is_pressed_as_the_admin(page: Browser, stage: Stage) -> None:
    page.open_case()
    action = "admin:/mode mode=copilot topic=shipping"
    offer = OutgoingMessage(text="Ready.", buttons=(Button(action=action, label="Go on"),))
    stage.show(offer, key="offer")
    button = page.wait(
        lambda: next((b for b in page.all("message-button") if b.text == "Go on"), None)
    )
    button.click()
    page.wait_for_text("Done: mode\nmode: copilot\ntopic: shipping", "admin")
    pressed = stage.core.accepted[-1]
    assert (pressed.kind, pressed.action) == (MessageKind.PRESSED, action)
    assert (pressed.conversation, pressed.author.user_id) == (admin_conversation(), "admin")
    page.wait(lambda: page.run(PRESSED, action) == "true")


PRESSED = (
    "return [...document.querySelectorAll('#desk-panel [data-testid=message-button]')]"
    ".find((one) => one.dataset.action === arguments[0]).getAttribute('aria-pressed')"
)


def test_the_page_reads_and_writes_lines_as_the_core_does(page: Browser) -> None:
    commands = [described_command(command) for command in COMMANDS]
    lines = [
        written(command, dict.fromkeys((one.name for one in command.arguments), value))
        for command, value in product(COMMANDS, VALUES)
    ] + [
        "/ajustes",
        "/kb_add x",
        "/relevo mode auto",
        "/settings set a b c",
        '/hours "First level" on',
        '/settings set a "b" c',
        "/hours “First level” on",
        "/tone “warm”",
        "/admins add «telegram:5»",
        "/agent set “Eva B” name “Eva”",
    ]
    for line, answer in zip(lines, page.run_later(SAME, commands, lines), strict=True):
        found = read(line)
        assert found is not None
        assert (answer["id"], answer["values"]) == (found.command.name, found.values), line
        assert answer["line"] == written(found.command, found.values)


def test_all_of_it_can_be_read_long_answers_from_their_beginning_and_on_a_phone(
    page: Browser,
) -> None:
    page.click("admin-open")
    for shown in (2, 4):
        page.write("/help", Keys.ENTER, at="admin")
        page.wait(lambda shown=shown: len(page.texts("admin")) == shown)
        page.wait(lambda: page.run(TOP) in range(30))
    page.write("/status", Keys.ENTER, at="admin")
    page.wait(lambda: len(page.all("message-button")) == 4)
    page.write("/settings ", at="admin")
    for width, scheme in product((1440, 320), ("light", "dark")):
        page.resize(width, 640)
        page.prefer(scheme)
        page.one("option")
        assert page.run(CONTRAST) == [], (width, scheme)
    assert page.run("return document.documentElement.scrollWidth") <= 320
