"""The site of the documentation: built strictly, complete, and beside those of other versions."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SECTIONS = ["Home", "Tutorial", "How-to guides", "Reference", "Explanation"]

Build = Callable[[Path], subprocess.CompletedProcess[str]]


def article(page: Path) -> str:
    """What a page says, without its programs."""
    text = page.read_text(encoding="utf-8")
    (found,) = re.findall(r"<article.*?</article>", text, re.DOTALL)
    return re.sub(r"<pre.*?</pre>|<code.*?</code>", "", found, flags=re.DOTALL)


def test_each_document_is_a_page(site: Path) -> None:
    built = {path.parent.relative_to(site).as_posix() for path in site.rglob("index.html")}
    documents = {path.relative_to(ROOT / "docs").with_suffix("") for path in ROOT.glob("docs/**/*.md")}
    names = {re.sub(r"(^|/)(index|README)$", "", path.as_posix()) or "." for path in documents}
    reference = {name for name in built if name.startswith("reference/")}
    assert built - reference == names | {"architecture", "changelog", "contributing"}
    assert len(built) > 50


def test_each_page_is_in_one_section(site: Path) -> None:
    text = (site / "index.html").read_text(encoding="utf-8")
    tabs = re.findall(r'class="md-tabs__link">\s*(.*?)\s*</a>', text, re.DOTALL)
    assert tabs == SECTIONS


def test_markdown_is_read_as_code_hosts_read_it(site: Path) -> None:
    for page in site.rglob("index.html"):
        text = article(page)
        assert re.findall(r"<p>[^<]*\n(?:[-*|] |\d+\. ).*", text) == [], f"{page}: a list inside a paragraph"
        assert re.findall(r".*(?:\*\*|```|\]\().*", text) == [], f"{page}: Markdown that was not read"


def test_each_page_has_a_link_to_edit_it(site: Path) -> None:
    for page in site.rglob("index.html"):
        if (
            page.relative_to(site).parts[0] == "reference"
        ):  # its texts are docstrings, with links to the source
            continue
        (edited,) = re.findall(r'<a href="[^"]*/edit/main/([^"]+)"', page.read_text(encoding="utf-8"))
        assert (ROOT / edited).exists()


def test_the_repository_is_that_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (named,) = re.findall(r"^  repository: (.+)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.M)
    assert project["urls"]["Repository"] == named


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("docs/index.md", "[lost](nowhere.md)", "docs/index.md has a link to nowhere.md"),
        ("docs/index.md", "[lost](../nowhere.py)", "docs/index.md has a link to ../nowhere.py"),
        ("docs/index.md", "[lost](limits.md#nowhere)", "anchor does not exist"),
        ("docs/unlisted.md", "# Unlisted", "pages that the navigation lacks: unlisted.md"),
        ("mkdocs.yml", "  - gone.md", "the navigation has pages that are not there: gone.md"),
        ("mkdocs.yml", "  - limits.md", "the navigation has pages twice: limits.md"),
    ],
)
def test_what_is_lost_fails_the_build(
    build_site: Build, project_copy: Callable[[], Path], file: str, text: str, told: str
) -> None:
    root = project_copy()
    with (root / file).open("a", encoding="utf-8") as opened:
        opened.write(f"\n{text}\n")
    built = build_site(root)
    assert built.returncode == 1
    assert told in re.sub(r"\x1b\[[0-9;]*m", "", built.stdout + built.stderr)


@pytest.fixture(scope="module")
def publish(imported: Callable[[str, Path], Any]) -> Any:
    return imported("publish_site", ROOT / "tools/site/publish.py").publish


def test_a_push_adds_to_what_is_published(tmp_path: Path, project_copy: Callable[[], Path]) -> None:
    root = project_copy()
    git = ("git", "-c", "init.defaultBranch=main", "-C", str(tmp_path))
    subprocess.run([*git, "init", "--quiet", "--bare", "published.git"], check=True)
    address = f"url.{tmp_path.as_uri()}/published.git.insteadOf"
    environment = os.environ | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "GITHUB_SERVER_URL": "https://host.example",
        "GITHUB_REPOSITORY": "owner/xapi",
        "TOKEN": "t",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": address,
        "GIT_CONFIG_VALUE_0": "https://x-access-token:t@host.example/owner/xapi",
    }
    html = root / "build/site/html"
    html.mkdir(parents=True)
    for kind, name, expected in (
        ("branch", "main", ["dev"]),
        ("tag", "v1.2.0", ["1.2.0", "dev"]),
        ("branch", "main", ["1.2.0", "dev"]),
    ):
        (html / "index.html").write_text(name)
        refs = {"GITHUB_REF_TYPE": kind, "GITHUB_REF_NAME": name}
        pushed = subprocess.run(
            [root / "tools/site/push"], env=environment | refs, capture_output=True, text=True, check=False
        )
        assert pushed.returncode == 0, pushed.stderr
        show = [*git, "--git-dir", "published.git", "show", "gh-pages:versions.json"]
        listed = json.loads(subprocess.run(show, check=True, capture_output=True, text=True).stdout)
        assert [one["version"] for one in listed] == expected
    show[-1] = "gh-pages:latest/index.html"
    assert subprocess.run(show, check=True, capture_output=True, text=True).stdout == "v1.2.0"


def test_versions_stand_beside_each_other(publish: Any, tmp_path: Path) -> None:
    def publish_as(version: str) -> list[tuple[str, list[str]]]:
        built = tmp_path / f"built-{version}"
        built.mkdir()
        (built / "index.html").write_text(version)
        publish(built, tmp_path / "served", version)
        listed = json.loads((tmp_path / "served/versions.json").read_text())
        return [(one["version"], one["aliases"]) for one in listed]

    assert publish_as("dev") == [("dev", ["latest"])]
    assert publish_as("0.9.0") == [("0.9.0", ["latest"]), ("dev", [])]
    assert publish_as("0.10.0") == [("0.10.0", ["latest"]), ("0.9.0", []), ("dev", [])]
    assert publish_as("0.9.1") == [("0.10.0", ["latest"]), ("0.9.1", []), ("0.9.0", []), ("dev", [])]
    assert (tmp_path / "served/latest/index.html").read_text() == "0.10.0"
    assert "latest/" in (tmp_path / "served/index.html").read_text()
