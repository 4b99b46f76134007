"""The pages of the reference: what is public, each name with its docstring, which mkdocstrings puts there.

Which names are public is said in `docs/public-names.md`. A name that several modules have is described once,
where it comes first; the others lead there.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from griffe import GriffeLoader  # type: ignore[import-not-found,unused-ignore]

ROW = re.compile(r"^\| `([\w.]+)` \| (.*) \|$", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    """A page of the reference."""

    name: str
    title: str
    modules: tuple[str, ...]
    """Modules of which all public names are there."""
    names: tuple[str, ...] = ()
    """Names by themselves, which may be private: what public ones hand on."""
    text: str = ""


BESIDE = """What most programs import. The decorators that apps and routers share, and the keywords that are
handed on as `**keywords` and `**options`, come last."""
PAGES = (
    Page(
        "xapi",
        "xapi",
        ("xapi", "xapi.applications"),
        (
            "xapi.routing.decorators.OperationDecorators",
            "xapi.operation.options.OperationKeywords",
            "xapi.operation.options.RouterKeywords",
            "xapi.operation.options.InheritedKeywords",
            "xapi.params.MarkerKeywords",
        ),
        BESIDE,
    ),
    Page("routing", "Routes", ("xapi.routing", "xapi.utils", "xapi.types")),
    Page("parameters", "Parameters as classes", ("xapi.params", "xapi.param_functions")),
    Page(
        "requests",
        "Requests and WebSockets",
        ("xapi.requests", "xapi.websockets", "xapi.datastructures"),
    ),
    Page(
        "responses",
        "Responses",
        (
            "xapi.responses",
            "xapi.sse",
            "xapi.encoders",
            "xapi.templating",
            "xapi.staticfiles",
            "xapi.background",
        ),
    ),
    Page("exceptions", "Exceptions", ("xapi.exceptions", "xapi.exception_handlers", "xapi.logger")),
    Page(
        "security",
        "Security schemes",
        (
            "xapi.security",
            "xapi.security.api_key",
            "xapi.security.base",
            "xapi.security.http",
            "xapi.security.oauth2",
            "xapi.security.open_id_connect_url",
            "xapi.security.utils",
        ),
    ),
    Page(
        "middleware",
        "Middleware and concurrency",
        (
            "xapi.middleware",
            "xapi.middleware.cors",
            "xapi.middleware.gzip",
            "xapi.middleware.head",
            "xapi.middleware.httpsredirect",
            "xapi.middleware.trustedhost",
            "xapi.middleware.wsgi",
            "xapi.concurrency",
        ),
    ),
    Page("openapi", "OpenAPI", ("xapi.openapi.docs", "xapi.openapi.utils", "xapi.openapi.models")),
    Page("testing", "Clients for tests", ("xapi.testing", "xapi.testclient")),
    Page(
        "plugin",
        "The plugin's functions",
        ("pytest_xapi", "pytest_xapi.databases", "pytest_xapi.async_databases", "pytest_xapi.queries"),
        ("pytest_xapi.hookspecs.pytest_xapi_before_import",),
        "For conftest files: factories of fixtures, and the hook that a project may implement.",
    ),
)
FIXTURES = ("pytest_xapi.fixture_aliases", "pytest_xapi.fuzz.plugin")
FIXTURES_TEXT = """# Fixtures and the marker

What tests request by name; [the plugin](../plugin.md#fixtures) shows how to use them. Every short name has a
long twin that no other plugin takes: `xapi_client` is `client`. `client`, `async_client`, `make_client`,
`override` and `live_server` exist for wider scopes, too, with `class_`, `module_`, `package_` or `session_`
in front: `module_client`, `xapi_module_client`.

`@pytest.mark.xapi(...)` configures a test, a class or a module; its arguments are on the page of
[the plugin](../plugin.md#the-marker). What is set for a whole run is on the page of [options](../options.md).

## Fixtures
"""


def write(root: Path, pages: Path) -> None:
    """Write the pages of the reference.

    Args:
        root: The project's folder.
        pages: Where the pages of the site are.

    Raises:
        ValueError: A public module is on no page, or a page has one that is not public.
    """
    text = (root / "docs/public-names.md").read_text(encoding="utf-8")
    public = {module: re.findall(r"`(\w+)`", names) for module, names in ROW.findall(text)}
    named = {module for page in PAGES for module in page.modules}
    if named != set(public):
        raise ValueError(
            f"tools/site/reference.py: public modules and pages differ: {sorted(named ^ set(public))}"
        )
    loader = GriffeLoader(search_paths=[root / "framework", root, *sys.path])
    for package in ("starlette", "xapi", "pytest_xapi"):
        loader.load(package)
    loader.resolve_aliases(external=True)
    described: dict[str, str] = {}
    (pages / "reference").mkdir(exist_ok=True)
    for page in PAGES:
        lines = [f"# {page.title}", page.text, *_sections(page, public, loader, described)]
        (pages / "reference" / f"{page.name}.md").write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    _link_names(pages / "public-names.md", loader, described)
    (pages / "reference/fixtures.md").write_text("\n\n".join(_fixtures(loader)) + "\n", encoding="utf-8")


def _link_names(page: Path, loader: GriffeLoader, described: dict[str, str]) -> None:
    """Let the names of the table lead to where they are described."""

    def linked(row: re.Match[str]) -> str:
        def link(name: re.Match[str]) -> str:
            found = loader.modules_collection[f"{row[1]}.{name[1]}"]
            return f"[{name[0]}][{described[found.canonical_path]}]"

        names = re.sub(r"`(\w+)`", link, row[2])
        return f"| `{row[1]}` | {names} |"

    page.write_text(ROW.sub(linked, page.read_text(encoding="utf-8")), encoding="utf-8")


def _fixtures(loader: GriffeLoader) -> Iterator[str]:
    """The parts of the page about fixtures."""
    yield FIXTURES_TEXT
    for module in FIXTURES:
        for function in loader.modules_collection[module].functions.values():
            if any("fixture" in str(decorator.value) for decorator in function.decorators):
                yield f"::: {function.path}\n    options:\n      show_signature: false"


def _sections(
    page: Page, public: dict[str, list[str]], loader: GriffeLoader, described: dict[str, str]
) -> Iterator[str]:
    """The parts of a page, module by module. `described` has the names so far, by what they stand for."""
    for module in page.modules:
        if page.modules != (page.title,):
            yield f"## `{module}`"
        same = []
        for name in public[module]:
            path = f"{module}.{name}"
            first = described.setdefault(loader.modules_collection[path].canonical_path, path)
            if first == path:
                yield f"::: {path}"
            else:
                same.append(f"- `{path}` is [`{first}`][{first}]")
        yield "\n".join(same)
    if page.names:
        yield "## Beside these"
        yield from (f"::: {name}" for name in page.names)
