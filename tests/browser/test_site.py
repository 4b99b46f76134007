"""The site of the documentation in a browser that has no network."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.support.expected_conditions import url_to_be
from selenium.webdriver.support.wait import WebDriverWait

PAGES = [
    "",
    "getting-started/",
    "tutorial/01-first-path/",
    "tutorial/09-fuzzing/",
    "requests/",
    "fuzzing/",
    "reference/xapi/",
    "reference/fixtures/",
    "options/",
    "errors/",
    "beside-fastapi/",
    "contract-changes/",
    "decisions/",
]
UNSEEN = """
return [...document.querySelectorAll('article img')].filter(one => !(one.complete && one.naturalWidth))
    .map(one => one.src)
"""
DESKTOP, PHONE = 1280, 390
FOUND = """
return [...document.querySelectorAll('*')].map(one => one.shadowRoot).filter(root => root)
    .flatMap(root => [...root.querySelectorAll('[role=listbox] a')]).map(one => one.innerText)
"""
"""What the dialog of the search shows, which has a tree of its own."""
IS_LISTENING = """
return [...document.querySelectorAll('*')].some(one => one.shadowRoot?.activeElement?.tagName === 'INPUT')
"""
"""Whether letters that are typed go into the field of that dialog."""


@pytest.fixture(scope="module")
def address(site: Path, serve: Callable[[Any], AbstractContextManager[str]]) -> Iterator[str]:
    from starlette.staticfiles import StaticFiles

    with serve(StaticFiles(directory=site, html=True)) as url:
        yield url


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_pages_are_quiet_and_ask_no_other_host(browser: Any, address: str, width: int, scheme: str) -> None:
    with browser.as_device(width, scheme):
        for page in PAGES:
            browser.open(f"{address}/{page}")
            browser.find("h1")
            assert is_light(browser) is (scheme == "light")
            assert [url for url in browser.loaded() if not url.startswith((address, "data:"))] == []
            assert browser.driver.execute_script("return document.documentElement.scrollWidth") <= width
            assert browser.driver.execute_script(UNSEEN) == []
        browser.screenshot(f"site-{width}-{scheme}")
    assert browser.complaints() == []


def shows(driver: Any, *words: str) -> bool:
    """Whether a result has these words. Each letter that is typed has results of its own."""
    return any(all(word in text for word in words) for text in driver.execute_script(FOUND))


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_the_search_finds_a_word(browser: Any, address: str, width: int) -> None:
    with browser.as_device(width, "light"):
        browser.open(address)
        browser.click("[for=__search], .md-search__button")
        WebDriverWait(browser.driver, 30).until(lambda driver: driver.execute_script(IS_LISTENING))
        ActionChains(browser.driver).send_keys("Argon2").perform()
        WebDriverWait(browser.driver, 30).until(lambda driver: shows(driver, "Argon2", "Security"))
        browser.screenshot(f"search-{width}")
        assert [url for url in browser.loaded() if not url.startswith((address, "data:", "blob:"))] == []
    assert browser.complaints() == []


def test_the_mode_is_that_of_the_system_until_one_is_chosen(browser: Any, address: str) -> None:
    with browser.as_device(DESKTOP, "light"):
        browser.open(address)
        assert is_light(browser)
        browser.click("label[title='Switch to light mode']")
        browser.click("label[title='Switch to dark mode']")
        browser.find("label[title='Switch to the mode of the system']")
        assert not is_light(browser)
        browser.open(f"{address}/limits/")
        assert not is_light(browser)
        browser.click("label[title='Switch to the mode of the system']")
        browser.find("label[title='Switch to light mode']")
        assert is_light(browser)
    assert browser.complaints() == []


def is_light(browser: Any) -> bool:
    color = browser.driver.execute_script("return getComputedStyle(document.body).backgroundColor")
    total = sum(channels(color))
    assert total < 200 or total > 600
    return bool(total > 600)


def channels(color: str) -> list[int]:
    return [int(part) for part in color.partition("(")[2].rstrip(")").split(",")[:3]]


def test_versions_can_be_chosen(
    browser: Any, site: Path, serve: Callable[[Any], AbstractContextManager[str]], tmp_path: Path
) -> None:
    from starlette.staticfiles import StaticFiles

    for version in ("dev", "1.0.0"):
        shutil.copytree(site, tmp_path / version)
        for page in (tmp_path / version).rglob("*.html"):
            text = page.read_text(encoding="utf-8")
            page.write_text(text.replace('"provider":"none"', '"provider":"mike"'), encoding="utf-8")
    listed = [
        {"version": "1.0.0", "title": "1.0.0", "aliases": ["latest"]},
        {"version": "dev", "title": "dev", "aliases": []},
    ]
    (tmp_path / "versions.json").write_text(json.dumps(listed))
    with serve(StaticFiles(directory=tmp_path, html=True)) as url:
        browser.open(f"{url}/dev/limits/")
        browser.click(".md-version__current", "dev")
        browser.click(".md-version__link", "1.0.0")
        WebDriverWait(browser.driver, 30).until(url_to_be(f"{url}/1.0.0/limits/"))
        browser.find("h1", "Limits")
    assert browser.complaints() == []
