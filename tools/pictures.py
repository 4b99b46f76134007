"""Make the pictures of the documents from the real thing: `make pictures`.

The programs are those of the tutorial. Pages are shown by Chromium, the terminal as SVG by rich.
"""

from __future__ import annotations

import io
import re
import sys
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

import chromium  # noqa: E402
import followed_pages  # noqa: E402

TUTORIAL = sorted((ROOT / "docs/tutorial").glob("*.md"))
PICTURES = ROOT / "docs/pictures"
FIRST, WITH_BUG = 1, 9
"""The steps that are shown."""
FUZZED = "pytest --xapi-fuzz --xapi-seed 1"
WITHOUT_FONTS = re.sub(r"@font-face \{\{.*?\}\}\n", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
"""rich's frame, which asks another host for its font."""


@contextmanager
def project(step: int) -> Iterator[followed_pages.Reader]:
    """The files of the tutorial, as they are when those of a step have been written for the first time."""
    with TemporaryDirectory() as folder:
        reader = followed_pages.Reader(Path(folder))
        for page in TUTORIAL[:step]:
            named = list(followed_pages.named_files(page.read_text(encoding="utf-8")))
            for name, body in dict(reversed(named)).items():
                (reader.folder / name).write_text(body, encoding="utf-8")
        yield reader
        reader.close()


def photograph(url: str, name: str, height: int, clicked: str = "") -> None:
    """Write what a page shows."""
    driver = chromium.start()
    try:
        screen = {"width": 1000, "height": height, "deviceScaleFactor": 1, "mobile": False}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        driver.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": True})
        driver.get(url)
        driver.implicitly_wait(10)
        if clicked:
            driver.find_element("css selector", clicked).click()
        shot = driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "webp", "quality": 80})
        (PICTURES / f"{name}.webp").write_bytes(b64decode(shot["data"]))
    finally:
        driver.quit()


def docs_page() -> None:
    """The documentation page of the first step, with its operation open."""
    with project(FIRST) as reader:
        url = reader.serve("xapi dev main.py")
        photograph(f"{url}/docs", "docs-page", 640, ".opblock-summary-control")


def finding() -> None:
    """What the terminal shows of the bug, and the report."""
    with project(WITH_BUG) as reader:
        command = f"{FUZZED} --color=yes --xapi-report html:report.html"
        printed = followed_pages.run(command, reader.folder, **followed_pages.AS_READERS).stdout
        error = printed.index("ZeroDivisionError")
        shown = printed[printed.rindex("1. GET", 0, error) : printed.index("   pytest --xapi-fuzz", error)]
        console = Console(record=True, width=100, file=io.StringIO())
        console.print(Text("$ pytest --xapi-fuzz\n...\n"), Text.from_ansi(shown), sep="")
        svg = console.export_svg(title="pytest --xapi-fuzz", code_format=WITHOUT_FONTS, unique_id="finding")
        (PICTURES / "finding.svg").write_text(svg, encoding="utf-8")
        photograph((reader.folder / "report.html").as_uri(), "report", 900)


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    docs_page()
    finding()
