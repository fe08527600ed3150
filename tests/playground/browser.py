"""The page in headless Chromium, driven as a person would: by what can be seen and pressed."""

import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import ActionChains, Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

Found = TypeVar("Found")

DRIVER = shutil.which("chromedriver")
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
MISSING = "Chromium and chromedriver are not installed"

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=en",
)
PATIENCE = 10.0
CONTRAST = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
"""Lists what is hard to read on the page."""


class Browser:
    """One window. Parts of the page are found by their ``data-testid``."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver

    def open(self, url: str) -> None:
        self.driver.get(url)
        self.wait(lambda: self.run("return document.documentElement.dataset.ready === 'true'"))

    def forget(self, url: str) -> None:
        """Open the page as someone who has never been here."""
        self.driver.get(url)
        self.run("localStorage.clear()")
        self.open(url)
        self.wait(lambda: self.one("connection").get_dom_attribute("data-state") == "online")

    def all(self, testid: str, within: WebElement | None = None) -> list[WebElement]:
        return (within or self.driver).find_elements(By.CSS_SELECTOR, f"[data-testid='{testid}']")

    def one(self, testid: str, within: WebElement | None = None) -> WebElement:
        """Wait for a part that can be seen."""
        return self.wait(
            lambda: next((part for part in self.all(testid, within) if part.is_displayed()), None)
        )

    def click(self, testid: str) -> None:
        """Press a part, once it can be pressed."""
        self.wait(lambda: self._click(testid))

    def value(self, testid: str) -> str:
        """What stands in a text field."""
        return str(self.run("return arguments[0].value", self.one(testid)))

    def wait(self, found: Callable[[], Found | None]) -> Found:
        """Wait until something is so; what is replaced meanwhile is looked for again."""

        def look(_driver: Chrome) -> Found | None:
            try:
                return found()
            except StaleElementReferenceException:
                return None

        wait = WebDriverWait(self.driver, PATIENCE, poll_frequency=0.03)
        result = wait.until(look)
        assert result is not None
        return result

    def write(self, text: str, *keys: str, at: str = "customer") -> None:
        """Type into a composer, then press keys."""
        field = self.one(f"{at}-composer-text")
        field.send_keys(text, *keys)

    def texts(self, log: str = "customer") -> list[str]:
        """The messages that can be read in a conversation."""
        parts = self.all("message-text", self.driver.find_element(By.ID, f"{log}-panel"))
        return [part.text for part in parts]

    def wait_for_text(self, text: str, log: str = "customer") -> None:
        self.wait(lambda: text in self.texts(log))

    def message(self, text: str, log: str = "customer") -> WebElement:
        """The message that says this."""
        panel = self.driver.find_element(By.ID, f"{log}-panel")

        def look() -> WebElement | None:
            messages = self.all("message", panel)
            said = (part for part in messages if self.all("message-text", part)[0].text == text)
            return next(said, None)

        return self.wait(look)

    def open_case(self) -> None:
        """Ask for a person as the customer and open the case at the desk."""
        self.write("I want to talk to a person", Keys.ENTER)
        self.click("case")
        self.one("thread-head")

    def press(self, *keys: str) -> None:
        """Press keys wherever the focus is."""
        ActionChains(self.driver).send_keys(*keys).perform()

    def press_with(self, modifier: str, key: str) -> None:
        """Press a key while another is held."""
        ActionChains(self.driver).key_down(modifier).send_keys(key).key_up(modifier).perform()

    def tab_to(self, testid: str, *, back: bool = False) -> None:
        """Press Tab, or Shift and Tab, until a part has the focus, and shows it."""
        for _ in range(60):
            self.press_with(Keys.SHIFT, Keys.TAB) if back else self.press(Keys.TAB)
            if self.focused() == testid:
                break
        assert self.run("return document.activeElement.matches(':focus-visible')")
        assert self.focused() == testid

    def focused(self) -> str:
        """The test id of what has the focus."""
        return str(self.run("return document.activeElement.dataset.testid ?? ''"))

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)  # pyright: ignore[reportUnknownMemberType]

    def run_later(self, script: str, *arguments: Any) -> Any:
        """Run a script whose last argument is called with its result."""
        self.driver.set_script_timeout(PATIENCE)
        return self.driver.execute_async_script(script, *arguments)  # pyright: ignore[reportUnknownMemberType]

    def resize(self, width: int, height: int) -> None:
        self._device("Emulation.setDeviceMetricsOverride", width=width, height=height,
                     deviceScaleFactor=1, mobile=width < 800)  # fmt: skip

    def prefer(self, scheme: str) -> None:
        """Set what the system prefers: ``light`` or ``dark``."""
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self._device("Emulation.setEmulatedMedia", features=[feature])

    def picture(self, file: Path) -> None:
        """Keep what can be seen as a PNG."""
        self.driver.save_screenshot(str(file))  # pyright: ignore[reportUnknownMemberType]

    def complaints(self) -> list[str]:
        """What the browser has to complain of since the last call, such as a blocked script."""
        entries: Any = self.driver.get_log("browser")  # pyright: ignore[reportUnknownMemberType]
        return [entry["message"] for entry in entries]

    def _click(self, testid: str) -> bool:
        self.one(testid).click()
        return True

    def _device(self, command: str, **parameters: Any) -> None:
        self.driver.execute_cdp_cmd(command, parameters)  # pyright: ignore[reportUnknownMemberType]


@contextmanager
def chromium(folder: Path) -> Generator[Browser]:
    """Start Chromium with a profile of its own; it ends with the block."""
    options = ChromeOptions()
    options.binary_location = CHROMIUM or ""
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for flag in (*FLAGS, f"--user-data-dir={folder}"):
        options.add_argument(flag)
    driver = Chrome(options=options, service=ChromeService(DRIVER))
    try:
        yield Browser(driver)
    finally:
        driver.quit()
