"""The pages of the reference have all that is public, and the page of options all that can be set."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PUBLIC = {
    f"{module}.{name}"
    for module, names in re.findall(
        r"^\| `([\w.]+)` \| (.*) \|$", (ROOT / "docs/public-names.md").read_text(encoding="utf-8"), re.M
    )
    for name in re.findall(r"`(\w+)`", names)
}


@pytest.fixture(scope="module")
def inventory(site: Path) -> dict[str, str]:
    """By full name: the page and the anchor that describe it (an inventory of Sphinx, version 2)."""
    body = (site / "objects.inv").read_bytes().split(b"\n", 4)[4]
    lines = zlib.decompress(body).decode().splitlines()
    found = (re.fullmatch(r"(\S+) \S+ \S+ (\S+) .*", line) for line in lines)
    return {one[1]: one[2].replace("$", one[1]) for one in found if one}


def test_each_public_name_is_described_or_leads_to_where_it_is(site: Path, inventory: dict[str, str]) -> None:
    pages = "".join(path.read_text(encoding="utf-8") for path in site.glob("reference/*/index.html"))
    leading = dict(re.findall(r"<code>([\w.]+)</code> is <a[^>]*><code>([\w.]+)</code></a>", pages))
    assert sorted(PUBLIC - inventory.keys() - leading.keys()) == []
    assert len(PUBLIC) > 200
    assert [name for name, of in leading.items() if of not in inventory or of not in PUBLIC] == []
    for name, of in leading.items():
        assert found(name) is found(of), f"{name} is not {of}"


def test_the_page_of_public_names_leads_to_them(site: Path) -> None:
    text = (site / "public-names/index.html").read_text(encoding="utf-8")
    linked = re.findall(r"<td>.*?</td>", text, re.DOTALL)
    assert sum(cell.count('href="../reference/') for cell in linked) == len(PUBLIC)


def found(name: str) -> Any:
    module, _, attribute = name.rpartition(".")
    return getattr(import_module(module), attribute)


def test_what_is_described_has_its_parameters_and_a_link_to_its_source(
    site: Path, inventory: dict[str, str]
) -> None:
    page, _, anchor = inventory["xapi.Depends"].partition("#")
    text = (site / page / "index.html").read_text(encoding="utf-8")
    described = text[text.index(f'id="{anchor}"') :]
    described = described[: described.index("doc-source") + 300]
    for part in ("dependency", "use_cache", "Callable", "Parameters:", "framework/xapi/param_functions.py#L"):
        assert part in described


def test_links_to_the_source_lead_to_lines_that_there_are(site: Path) -> None:
    links = {
        link
        for path in site.glob("reference/*/index.html")
        for link in re.findall(r'/blob/main/([^"]+)#L(\d+)-L(\d+)"', path.read_text(encoding="utf-8"))
    }
    assert len(links) > 200
    for file, first, last in links:
        lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
        assert re.search(r"\b(def|class)\b|@", lines[int(first) - 1]), f"{file}:{first}"
        assert int(first) <= int(last) <= len(lines)


def test_each_fixture_is_described(site: Path, pytester: pytest.Pytester) -> None:
    text = (site / "reference/fixtures/index.html").read_text(encoding="utf-8")
    described = {name.rpartition(".")[2] for name in re.findall(r'<h3 id="(pytest_xapi[\w.]+)"', text)}
    pytester.makepyfile(empty="from xapi import XAPI\napp = XAPI()\napp.get('/')(lambda: 1)\n")
    pytester.makeini("[pytest]\nxapi_app = empty:app\nasyncio_default_fixture_loop_scope = function\n")
    listed = pytester.runpytest("--fixtures", "-q", "--xapi-fuzz").stdout.str()
    there = set(re.findall(r"^(\w+)(?: \[\w+ scope\])? -- .*pytest_xapi\W", listed, re.MULTILINE))
    assert {"client", "xapi_client", "session_override", "xapi_auth"} <= there
    scoped = re.compile(r"(xapi_)?(class|module|package|session)_")
    said = {f"xapi_{name}" for name in described if not name.startswith("xapi_")} | described
    assert sorted(scoped.sub(r"\1", name) for name in there if scoped.sub(r"\1", name) not in said) == []


def test_the_page_of_options_has_what_can_be_set(imported: Callable[[str, Path], Any]) -> None:
    tool = imported("options_page", ROOT / "tools/options_page.py")
    assert (ROOT / "docs/options.md").read_text(encoding="utf-8") == tool.page(), (
        "run `python tools/options_page.py`"
    )


def test_the_page_of_errors_has_what_can_go_wrong(imported: Callable[[str, Path], Any]) -> None:
    tool = imported("errors_page", ROOT / "tools/errors_page.py")
    text = (ROOT / "docs/errors.md").read_text(encoding="utf-8")
    assert text == tool.page(), "run `python tools/errors_page.py`"
    elsewhere = "".join((ROOT / f"docs/{name}.md").read_text() for name in ("contract", "contract-changes"))
    ids = {*tool.of_property_tests.TEXTS, *tool.of_gates.TEXTS}
    assert sorted(one for one in ids if one not in text + elsewhere) == []
    assert len(ids) > 150


def test_an_exception_without_a_text_is_told(
    imported: Callable[[str, Path], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = imported("errors_page", ROOT / "tools/errors_page.py")
    monkeypatch.delitem(tool.RAISED, "DependencyError")
    with pytest.raises(ValueError, match="texts are missing, or too many: DependencyError"):
        tool.page()


def test_what_the_site_describes_has_the_versions_of_development() -> None:
    def versions(file: str) -> dict[str, str]:
        lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
        pins = (Requirement(line) for line in lines if not line.startswith("#"))
        return {pin.name: str(pin.specifier) for pin in pins}

    ours, theirs = versions("requirements-dev.lock"), versions("tools/site/requirements.txt")
    assert {name: theirs[name] for name in ("anyio", "ruff", "starlette")} == {
        name: ours[name] for name in ("anyio", "ruff", "starlette")
    }
