"""What a page did in a browser."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import chromium
import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

SECONDS = 30


class Browser:
    """A browser, seen by one test."""

    def __init__(self, driver: webdriver.Chrome, folder: Path) -> None:
        self.driver = driver
        self.folder = folder

    def open(self, url: str) -> None:
        self.driver.get(url)

    def find(self, selector: str, text: str = "") -> WebElement:
        """The first element of a CSS selector that is shown and has this text; waits for it."""

        def shown(driver: webdriver.Chrome) -> WebElement | None:
            for element in driver.find_elements(By.CSS_SELECTOR, selector):
                if element.is_displayed() and text in element.text:
                    return element
            return None

        wait = WebDriverWait(self.driver, SECONDS, ignored_exceptions=[Exception])
        found = wait.until(shown, f"no {selector} with the text {text!r}")
        assert found is not None
        return found

    def click(self, selector: str, text: str = "") -> None:
        element = self.find(selector, text)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def type(self, selector: str, text: str) -> None:
        self.find(selector).send_keys(text)

    def texts(self, selector: str) -> list[str]:
        return [element.text for element in self.driver.find_elements(By.CSS_SELECTOR, selector)]

    def loaded(self) -> list[str]:
        """The URLs of everything that the page loaded or fetched."""
        entries = "return performance.getEntriesByType('resource').map(entry => entry.name)"
        return list(self.driver.execute_script(entries))

    def complaints(self) -> list[str]:
        """The errors of the console so far, among them what the content security policy stopped."""
        log: list[dict[str, Any]] = self.driver.get_log("browser")
        return [entry["message"] for entry in log if entry["level"] == "SEVERE"]

    @contextmanager
    def as_device(self, width: int, scheme: str) -> Iterator[None]:
        """Show pages as on a screen of this width, in a light or a dark scheme."""
        tell = self.driver.execute_cdp_cmd
        screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        tell("Emulation.setDeviceMetricsOverride", screen)
        tell("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        try:
            yield
        finally:
            tell("Emulation.clearDeviceMetricsOverride", {})
            tell("Emulation.setEmulatedMedia", {"features": []})

    def screenshot(self, name: str) -> Path:
        """Saves a picture of what the page shows, which must not be blank."""
        picture = self.folder / f"{name}.png"
        assert self.driver.save_screenshot(str(picture))
        assert distinct_rows(picture.read_bytes()) > 100, f"{picture} is blank"
        return picture


def distinct_rows(png: bytes) -> int:
    """How many different rows of pixels a picture has (PNG, sections 5 and 7.2), as they are encoded."""
    width, height = struct.unpack(">II", png[16:24])
    data, place = b"", 8
    while place < len(png):
        size, kind = struct.unpack(">I4s", png[place : place + 8])
        if kind == b"IDAT":
            data += png[place + 8 : place + 8 + size]
        place += size + 12
    rows = zlib.decompress(data)
    length = len(rows) // height
    assert length > width
    return len({rows[start : start + length] for start in range(0, len(rows), length)})


@pytest.fixture(scope="module")
def driver(require: Callable[[bool, str], None]) -> Iterator[webdriver.Chrome]:
    reason = "the programs chromium and chromedriver are not both installed: run `make ci-deps`"
    require(chromium.is_there(), reason)
    driver = chromium.start()
    yield driver
    driver.quit()


@pytest.fixture
def browser(driver: webdriver.Chrome, tmp_path: Path) -> Browser:
    driver.get_log("browser")
    return Browser(driver, tmp_path)
