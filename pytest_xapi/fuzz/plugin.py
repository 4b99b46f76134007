"""The hooks and fixtures of the property tests; registered by `pytest_xapi.plugin` for `--xapi-fuzz`."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_xapi import settings
from pytest_xapi.fuzz import options
from pytest_xapi.fuzz.collection import (
    baseline,
    budget,
    check_levels,
    durations,
    given_ids,
    guard,
    plan,
    project_fixtures,
    sharding,
    store,
    targets,
)
from pytest_xapi.fuzz.collection.items import EVERYTHING, MARKER, FuzzItem, Unread
from pytest_xapi.fuzz.keys import JUDGED, STORAGE
from pytest_xapi.fuzz.model.redaction import Redactor
from pytest_xapi.fuzz.monitors.app_transport import DEFAULT_SECONDS
from pytest_xapi.fuzz.processes import forbidden_use, isolation
from pytest_xapi.fuzz.processes.folders import folder_of
from pytest_xapi.fuzz.reporting import progress
from pytest_xapi.fuzz.reporting.pytest_texts import Redaction
from pytest_xapi.fuzz.reporting.summary import RunSummary
from pytest_xapi.reports.keys import RECORDS, SEED
from xapi.texts import visible

if TYPE_CHECKING:
    from pytest_xapi.fuzz.execution.case_hook import FuzzCase
    from pytest_xapi.fuzz.execution.session import FuzzSession
    from pytest_xapi.fuzz.monitors.event_loop import LoopWatch
    from xapi.testing import TestClient

DEFAULT_LOOP_LIMIT = 0.5
_LOOP_WATCH = pytest.StashKey["LoopWatch"]()
_PLACES = "xapi_fuzz_places"
"""The key of what a worker of pytest-xdist tells of where property tests stand."""
NOT_INSTALLED = '--xapi-fuzz needs Schemathesis, which is not installed: pip install "xapi-framework[fuzz]"'


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker of the items.

    Raises:
        pytest.UsageError: Schemathesis is not installed.
    """
    if importlib.util.find_spec("schemathesis") is None:
        raise pytest.UsageError(NOT_INSTALLED)
    config.addinivalue_line("markers", f"{MARKER}: a property test that --xapi-fuzz has made")
    config.stash[STORAGE] = folder_of(config, "hypothesis")
    config.stash[SEED] = plan.of(config).seed
    durations.one_at_a_time(config)
    config.pluginmanager.register(RunSummary(config), "xapi-fuzz-tally")
    flight = isolation.register(config, settings.value(config, options.ANSWER_TIME, DEFAULT_SECONDS))
    config.pluginmanager.register(Redaction(flight), "xapi-fuzz-redaction")
    forbidden_use.register(config)


def pytest_report_header(config: pytest.Config) -> str:
    """Say what the cases follow from."""
    chosen = plan.of(config)
    seconds = settings.value(config, options.TIME)
    time = "" if seconds is None else f", in {seconds:g} s"
    return (
        f"xapi-fuzz: seed {chosen.seed}, profile {chosen.profile}, "
        f"at most {chosen.random_cases} random cases per operation{time}{sharding.described(config)}"
    )


def pytest_sessionstart(session: pytest.Session) -> None:
    """Refuse an app without operations, and a choice that is none, before any test is collected."""
    given_ids.take(session.config)
    progress.show_on(session.config)
    budget.of(session.config)
    store.of(session.config)
    baseline.of(session.config)
    check_levels.of(session.config)
    targets.known(session.config)
    sharding.note(session.config)


def pytest_collectstart(collector: pytest.Collector) -> None:
    """Learn which folders there are."""
    targets.note(collector)


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Leave test modules unread where only property tests are asked for.

    Those that may replace dependencies of the app when they are imported are read.
    """
    guard.note(parent.config, module_path)
    if not _is_alone(parent.config) or project_fixtures.of_file(module_path).overrides_somewhere:
        return None
    return Unread.from_parent(parent, path=module_path)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, items: list[pytest.Item]) -> None:
    """Add the property tests, before anything is selected or put in order."""
    if _is_alone(session.config) and items:
        session.config.hook.pytest_deselected(items=list(items))
        items.clear()
    if not given_ids.leave_out_others(session.config):
        made = [item for collector in targets.collectors(session) for item in session.genitems(collector)]
        items.extend(given_ids.chosen(session.config, made))
    durations.spread(session.config, items)


def pytest_report_collectionfinish(config: pytest.Config) -> list[str]:
    """Say which fixtures of the project hold for the property tests, or why there are none of these."""
    if given_ids.leave_out_others(config):
        return [given_ids.LEFT_OUT]
    return config.stash.get(targets.LINES, [])


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell the controller of pytest-xdist, which collects nothing, what holds for the property tests."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[_PLACES] = session.config.stash.get(targets.LINES, [])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Hear it from a worker that has finished."""
    lines = getattr(node, "workeroutput", {}).get(_PLACES)
    if lines:
        node.config.stash[targets.LINES] = lines


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say under pytest-xdist in the end what the header says elsewhere."""
    if config.getoption("numprocesses", None) and config.stash.get(targets.LINES, []):
        terminalreporter.section("xapi fuzz: fixtures")
        for line in config.stash[targets.LINES]:
            terminalreporter.line(visible(line))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Share the time among the property tests that are selected."""
    items = [item for item in session.items if isinstance(item, FuzzItem) and not item.is_about_document]
    budget.of(session.config).expect(sum(item.parts for item in items))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a property test whose time is up: nothing is started for it."""
    if isinstance(item, FuzzItem) and item.entry is not None:
        budget.skip_if_late(item, item.entry)


def _is_alone(config: pytest.Config) -> bool:
    asked = settings.value(config, options.ONLY, False) or sharding.leaves_tests_to_another(config)
    return bool(asked) or settings.value(config, options.REPLAY) is not None or given_ids.are_alone(config)


@pytest.fixture(scope="session")
def xapi_auth() -> Mapping[str, Any]:
    """What authenticates the requests of property tests; define a fixture of this name to give your own.

    A mapping from the names of the document's security schemes to a token, an API key, or a pair of user name
    and password; or to a mapping from several users to these, the first of whom sends the requests.
    """
    return {}


@pytest.fixture(scope="session")
def xapi_secrets() -> Iterable[str]:
    """Texts that nothing shows or stores, beside the credentials of `xapi_auth`.

    Define a fixture of this name to give your own: a password of a database, the key that signs tokens.
    """
    return ()


@pytest.fixture(scope="session")
def xapi_roles() -> Mapping[str, Mapping[str, Any]]:
    """What the users of `xapi_auth` may do; define a fixture of this name to say it.

    A mapping from the names of users (`""` where there is one without a name) to `scopes`, those that the
    user has, and `forbidden`, patterns of operations that the user may not call, as of `--xapi-fuzz-include`.
    """
    return {}


@pytest.fixture
def xapi_redactor(
    request: pytest.FixtureRequest, xapi_auth: Mapping[str, Any], xapi_secrets: Iterable[str]
) -> Redactor:
    """What hides secrets in all that is shown and stored of this property test."""
    redactor = request.config.stash[isolation.FLIGHT].redactor = Redactor(xapi_auth, xapi_secrets)
    return redactor


@pytest.fixture(scope="session")
def xapi_reset() -> Callable[[], Any] | None:
    """A function that brings back what a new start of the app does not, such as rows of a database.

    Define a fixture of this name that returns one, perhaps an asynchronous one. It is called before the first
    request of an item and whenever the app is started anew; also before each case, by the ini option
    `xapi_fuzz_reset`.
    """
    return None


@pytest.fixture(scope="session")
def xapi_case() -> Callable[[FuzzCase], object] | None:
    """A function that adjusts cases before they are sent, or returns `False` for those not to be sent.

    Define a fixture of this name that returns one.
    """
    return None


@pytest.fixture
def xapi_fuzz(
    request: pytest.FixtureRequest,
    xapi_redactor: Redactor,
    xapi_app: Any,
    xapi_client: TestClient,
    xapi_auth: Mapping[str, Any],
    xapi_reset: Callable[[], Any] | None,
    xapi_case: Callable[[FuzzCase], object] | None,
    xapi_roles: Mapping[str, Mapping[str, Any]],
) -> Iterator[FuzzSession]:
    """Sends cases to the app under test, whose lifespan runs, and fails where there are findings."""
    from pytest_xapi.fuzz.execution.session import FuzzSession
    from pytest_xapi.fuzz.monitors.monitored_transport import MonitoredTransport

    config = request.config
    line = MonitoredTransport(
        xapi_client,
        xapi_reset,
        _loop_watch(config),
        settings.value(config, options.ANSWER_TIME, DEFAULT_SECONDS),
        config.stash[isolation.FLIGHT],
        xapi_redactor,
        partial(forbidden_use.refuse, config),
    )
    try:
        yield FuzzSession(request.node, xapi_app, line, xapi_auth, xapi_redactor, xapi_case, xapi_roles)
    finally:
        line.close()


def _loop_watch(config: pytest.Config) -> LoopWatch:
    """What looks at the event loops: one for the run, which has a thread."""
    if _LOOP_WATCH not in config.stash:
        from pytest_xapi.fuzz.monitors.event_loop import LoopWatch

        watch = LoopWatch(settings.value(config, options.LOOP_LIMIT, DEFAULT_LOOP_LIMIT))
        config.stash[_LOOP_WATCH] = watch
        config.add_cleanup(watch.stop)
    return config.stash[_LOOP_WATCH]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let the report of a property test carry what was sent, also from a worker of pytest-xdist."""
    made = yield
    if isinstance(item, FuzzItem) and (made.when == "call" or not made.passed):
        # What an app writes while it answers hundreds of requests says nothing about the one that is shown.
        made.sections.clear()
        # Taken away, because each subtest has a report of its own.
        records = item.stash.get(RECORDS, [])
        item.stash[RECORDS] = []
        made.xapi_fuzz = {  # type: ignore[attr-defined]
            "records": records,
            "judged": item.stash.get(JUDGED, False),
            "together": item.nodeid if item.name == EVERYTHING else None,
        }
    return made
