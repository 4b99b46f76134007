"""Imports go one way: there is no circle, typing imports included, and no import runs up."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FRAMEWORK = Path("framework/xapi")
PLUGIN = Path("pytest_xapi")

FLOORS = {
    "xapi": (
        # What stands on one line may not import what stands on a line below it.
        (
            "version",
            "types",
            "identity",
            "records",
            "instrumentation",
            "texts",
            "logger",
            "changes",
            "keywords",
            "tasks",
            "exceptions",
            "concurrency",
            "datastructures",
            "background",
        ),
        ("params", "param_functions", "requests", "responses", "websockets", "encoders", "sse"),
        ("operation", "overrides"),
        ("pipeline", "middleware", "exception_handlers", "staticfiles", "templating"),
        ("openapi", "security"),
        ("routing",),
        ("handler_table",),
        ("error_boundary", "utils"),
        ("layers",),
        ("applications",),
        ("testing",),
        ("migration", "testclient"),
        ("cli",),
        ("as_fastapi",),
        ("__main__",),
    ),
    "pytest_xapi": (
        ("options", "words", "atomic_write", "usage_errors", "app_fixtures", "fixture_types"),
        ("pyproject", "settings", "documents", "project"),
        ("reports",),
        (
            "source_locations",
            "discovery",
            "document_choice",
            "hookspecs",
            "marker",
            "override",
            "override_checks",
        ),
        ("lifespans", "async_bridge", "queries", "databases", "async_databases"),
        ("clients", "fixtures", "scoped_fixtures", "fixture_aliases"),
        ("fuzz",),
        ("gates", "accepted_answers"),
        ("commands", "plugin"),
    ),
    "pytest_xapi.fuzz": (
        ("options", "keys", "garbage"),
        ("model",),
        ("generation",),
        ("schemathesis_adapter", "monitors", "guided"),
        ("collection",),
        ("reporting",),
        ("execution", "processes"),
        ("plugin",),
    ),
}


def imported_modules(source: str) -> Iterator[tuple[int, str]]:
    """Line and absolute name of everything that a module imports, at its top or anywhere else."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: imports are absolute here"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def is_within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def modules() -> dict[str, Path]:
    """The files of both packages, by the name of the module."""
    found = {}
    for package, base in ((FRAMEWORK, "framework"), (PLUGIN, ".")):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT / base).with_suffix("").parts
            found[".".join(parts).removesuffix(".__init__")] = path
    return found


def import_graph(files: Mapping[str, Path]) -> dict[str, dict[str, int]]:
    """For each module the modules of the project that it imports, with the line."""
    graph: dict[str, dict[str, int]] = {}
    for name, path in files.items():
        found = graph.setdefault(name, {})
        for line, imported in imported_modules(path.read_text(encoding="utf-8")):
            # `from a.b import c` imports the module a.b.c if there is one, else a.b.
            target = imported if imported in files else imported.rpartition(".")[0]
            if target in files and target != name:
                found.setdefault(target, line)
    return graph


def find_circle(graph: Mapping[str, Mapping[str, int]]) -> list[str] | None:
    """The modules of a circle of imports, the first one again at the end; None if there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        return circle[::-1]
    return None


def test_every_form_of_import_is_seen() -> None:
    source = (
        "import a.b\nfrom c import d\ndef f():\n    from e.f import g, h\nif TYPE_CHECKING:\n    import i\n"
    )
    assert sorted(imported_modules(source)) == [
        (1, "a.b"),
        (2, "c.d"),
        (4, "e.f.g"),
        (4, "e.f.h"),
        (6, "i"),
    ]


def test_a_circle_is_found_with_its_path() -> None:
    assert find_circle({"a": {"b": 1}, "b": {"c": 2}, "c": {"a": 3}, "d": {"a": 4}}) in (
        ["a", "b", "c", "a"],
        ["b", "c", "a", "b"],
        ["c", "a", "b", "c"],
    )
    assert find_circle({"a": {"b": 1, "c": 1}, "b": {"c": 2}, "c": {}}) is None


def test_there_is_no_circle_of_imports() -> None:
    files = modules()
    graph = import_graph(files)
    circle = find_circle(graph)
    if circle is not None:
        arrows = [
            f"{files[importer].relative_to(ROOT)}:{graph[importer][imported]} imports {imported}"
            for importer, imported in pairwise(circle)
        ]
        pytest.fail("a circle of imports (typing imports count):\n" + "\n".join(arrows))


@pytest.mark.parametrize("package", list(FLOORS))
def test_no_import_runs_up(package: str) -> None:
    files = modules()
    graph = import_graph(files)
    floors = {part: number for number, floor in enumerate(FLOORS[package]) for part in floor}
    depth = package.count(".") + 1
    parts = {
        name: name.split(".")[depth]
        for name in files
        if is_within(name, package) and name.count(".") >= depth
    }
    unknown = sorted(set(parts.values()) - floors.keys())
    assert unknown == [], f"give these parts of {package} a floor in FLOORS"
    assert sorted(floors.keys() - set(parts.values())) == [], f"these are no parts of {package} any more"
    offences = [
        f"{files[name].relative_to(ROOT)}:{line} imports {imported}, which lies above {part}"
        for name, part in parts.items()
        for imported, line in graph[name].items()
        if imported in parts and floors[parts[imported]] > floors[part]
    ]
    assert offences == []


@pytest.mark.parametrize(
    ("room", "forbidden", "reason"),
    [
        (FRAMEWORK, "pytest_xapi", "the framework does not know its test toolkit"),
        (FRAMEWORK, "fastapi", "no peer is a dependency"),
        (PLUGIN, "fastapi", "no peer is a dependency"),
        (FRAMEWORK / "pipeline", "inspect", "signatures are read once, by xapi.operation"),
        (FRAMEWORK / "operation", "xapi.pipeline", "a description does not know how it is run"),
        (FRAMEWORK / "openapi", "xapi.pipeline", "the document reads the description, not the plan"),
        (FRAMEWORK / "openapi/reader", "xapi.operation", "it reads the documents of any app"),
        (PLUGIN, "_pytest", "only public names of pytest are stable"),
    ],
    ids=str,
)
def test_a_package_does_not_import(room: Path, forbidden: str, reason: str) -> None:
    paths = sorted((ROOT / room).rglob("*.py"))
    assert paths, f"{room} has no modules: is the rule out of date?"
    offences = [
        f"{path.relative_to(ROOT)}:{line} imports {module}: {reason}"
        for path in paths
        for line, module in imported_modules(path.read_text(encoding="utf-8"))
        if is_within(module, forbidden)
    ]
    assert offences == []


def test_references_are_followed_in_one_place() -> None:
    reader = FRAMEWORK / "openapi/reader"
    written_by = {
        # They write references, or say that there is one; they follow none.
        "framework/xapi/as_fastapi/tree/_compat/v2.py",
        "framework/xapi/openapi/errors.py",
        "framework/xapi/openapi/models.py",
        "framework/xapi/openapi/schemas.py",
        "pytest_xapi/gates/contract/schemas.py",
        "pytest_xapi/gates/rules/api.py",
        "pytest_xapi/gates/rules/catalog.py",
        "pytest_xapi/gates/rules/schemas.py",
        "pytest_xapi/fuzz/collection/documents.py",
        "pytest_xapi/fuzz/generation/schemas.py",
        "pytest_xapi/fuzz/generation/validators.py",
    }
    found = {
        str(path.relative_to(ROOT))
        for path in modules().values()
        if '"$ref"' in path.read_text(encoding="utf-8") and not path.is_relative_to(ROOT / reader)
    }
    assert found <= written_by
