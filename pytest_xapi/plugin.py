"""The hooks of the pytest plugin; loading it imports pytest and the standard library only."""

from __future__ import annotations

import sys
from collections.abc import Generator
from typing import Any

import pytest

from pytest_xapi import (
    app_fixtures,
    fixture_aliases,
    fixtures,
    hookspecs,
    scoped_fixtures,
    settings,
    usage_errors,
)
from pytest_xapi.fuzz import options as fuzz_options
from pytest_xapi.reports.options import REPORT

settings.register(REPORT, *fuzz_options.OPTIONS)
_USES = "xapi_uses_of_overrides"
"""What a worker of pytest-xdist says under this key at its end."""


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Name the hooks that a project may implement."""
    pluginmanager.add_hookspecs(hookspecs)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the flags and ini options."""
    settings.declare(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """Register the fixtures: after other plugins, before conftest files and the plugins they name.

    So late, but before those import clients, is settled which library the clients are made of.
    """
    if not early_config.known_args_namespace.help:
        if settings.early(early_config, settings.AS_FASTAPI):
            _use_alias()
        _use(settings.http_client(early_config))
        if early_config.known_args_namespace.xapi_fuzz:
            from pytest_xapi.fuzz.processes import forbidden_use, xdist_arguments

            forbidden_use.listen(early_config)
            args[:0] = xdist_arguments.arguments(early_config)
    manager = early_config.pluginmanager
    manager.register(fixtures, "xapi-fixtures")
    manager.register(scoped_fixtures.named(), "xapi-scoped-fixtures")
    manager.register(fixture_aliases.free(manager), "xapi-short-names")


def _use(http_client: settings.Setting | None) -> None:
    if http_client is None:
        return
    from xapi.testing import http_library

    try:
        http_library.use(http_client.value, http_client.source)
    except (ModuleNotFoundError, RuntimeError) as error:
        raise pytest.UsageError(str(error)) from error


def _use_alias() -> None:
    try:
        import xapi.as_fastapi  # noqa: F401
    except ImportError as error:
        raise pytest.UsageError(str(error)) from error


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker, and register property tests and gates where they are asked for."""
    config.addinivalue_line("markers", settings.MARKER_LINE)
    if config.getoption("help", default=False):
        return
    if {settings.OPENAPI.key, settings.OPENAPI_URL.key} & settings.read(config).given.keys():
        from pytest_xapi.document_choice import DocumentChoice

        config.pluginmanager.register(DocumentChoice(config), "xapi-document")
    if settings.value(config, fuzz_options.FUZZ):
        from pytest_xapi.fuzz import plugin as fuzz_plugin

        config.pluginmanager.register(fuzz_plugin, "xapi-fuzz")
    elif config.getoption(fuzz_options.SHARD.name) is not None:
        raise pytest.UsageError(
            f"{fuzz_options.SHARD.flag} splits the property tests across several runs: "
            f"add {fuzz_options.FUZZ.flag}, or each of them would run everything"
        )
    if settings.read(config).gate is not None:
        from pytest_xapi.gates.plugin import GatePlugin

        config.pluginmanager.register(GatePlugin(config), "xapi-gate")
    if settings.value(config, REPORT) is not None:
        from pytest_xapi.reports.plugin import ReportPlugin

        config.pluginmanager.register(ReportPlugin(config), "xapi-report")

    if settings.accepts_answers(config):
        from pytest_xapi import accepted_answers

        accepted_answers.hold(config.rootpath)
        config.add_cleanup(accepted_answers.end)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Let test modules import what stands beside the app; that is imported when it is needed."""
    if settings.read(session.config).app is not None:
        from pytest_xapi import discovery

        discovery.add_fallback_places(session.config)


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say which app is under test, and where that was set; told by what is loaded, to load nothing."""
    if settings.read(config).app is None and not any(app_fixtures.plugins_with_app(config)):
        return None
    from pytest_xapi import discovery

    return discovery.header(config)


def pytest_report_collectionfinish(config: pytest.Config, items: list[pytest.Item]) -> str | None:
    """Say which fixtures give the app, or win over what the header has said."""
    if not any("xapi_app" in getattr(item, "fixturenames", ()) for item in items):
        return None
    from pytest_xapi import discovery

    return discovery.later_fixtures(config, items)


@pytest.hookimpl(wrapper=True)
def pytest_pycollect_makeitem(collector: pytest.Collector) -> Generator[None, Any, Any]:
    """Refuse a marker that says what is not known."""
    made = yield
    nodes = made if isinstance(made, list) else [made]
    items = [node for node in nodes if isinstance(node, pytest.Item)]
    if any(item.get_closest_marker(settings.MARKER) for item in items):
        from pytest_xapi import marker

        marker.check(collector, items)
    return made


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember a test that has failed, and show with it what its report lacks."""
    if call.excinfo is not None and "ScopeMismatch" in str(call.excinfo.value):
        scoped_fixtures.explain(call.excinfo.value)
    made = yield
    if call.excinfo is not None:
        item.stash[settings.FAILED] = True
    unseen = sys.modules.get("xapi.testing.unseen")
    if made.failed and unseen is not None and (text := unseen.shown()):
        made.sections.append(("exceptions behind the app's server errors", text))
    return made


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_fixture_setup(fixturedef: Any, request: pytest.FixtureRequest) -> Generator[None, Any, Any]:
    """Let asynchronous fixtures use the asynchronous client; first, so that their runner sees what is set."""
    if not _may_need_bridge():
        return (yield)
    from pytest_xapi import async_bridge

    with async_bridge.in_fixture(fixturedef, request):
        return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tell clients of this test from those that were there before."""
    shared_overrides = sys.modules.get("xapi.testing.shared_overrides")
    if shared_overrides is not None:
        shared_overrides.begin_test()
    unseen = sys.modules.get("xapi.testing.unseen")
    if unseen is not None:
        unseen.begin_test()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Let an asynchronous test use the asynchronous client, and refuse overrides that hold nowhere."""
    __tracebackhide__ = True
    if not _may_need_bridge():
        return (yield)
    from pytest_xapi import async_bridge, override_checks

    try:
        with async_bridge.in_test(item):
            yield
    except BaseException as error:
        override_checks.add_note(item, error)
        raise
    override_checks.check(item)


def _may_need_bridge() -> bool:
    """Whether a client was lent, or dependencies overridden; told by what is loaded, to load nothing."""
    return "pytest_xapi.async_bridge" in sys.modules or "xapi.overrides" in sys.modules


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Hear from a worker of pytest-xdist that has finished; one that crashed has left no output."""
    output = getattr(node, "workeroutput", {})
    usage_errors.note_worker(node.config, output)
    if output.get(_USES):
        from pytest_xapi import override_checks

        override_checks.note(node.config, output[_USES])


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End a run whose workers met a usage error with that exit code; say what they know of overrides."""
    if not session.testscollected:
        _refuse_bad_flag(session.config)
    usage_errors.set_exit_status(session)
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[_USES] = session.config.stash.get(settings.USES_OF_OVERRIDES, {})


def _refuse_bad_flag(config: pytest.Config) -> None:
    """Tell what is wrong with `--xapi-app` also where there is no test that needs the app."""
    app = settings.read(config).app
    if app is None or app.source != settings.APP.flag or hasattr(config, "workerinput"):
        return
    from pytest_xapi import discovery

    try:
        discovery.load(config)
    except pytest.UsageError as error:
        usage_errors.note(config, str(error))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Name the overrides that no test of the run has used."""
    if settings.USES_OF_OVERRIDES in config.stash:
        from pytest_xapi import override_checks

        override_checks.tell(terminalreporter, config)
