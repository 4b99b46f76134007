"""Which app is under test: where the setting comes from, how it is imported, what is told when it is bad."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

RunPytest = Callable[..., pytest.RunResult]

HOW_TO_SET = (
    "set it with --xapi-app MODULE:APP, the ini option xapi_app, or a fixture `xapi_app` in conftest.py"
)

SHOP = """
    class App:
        def __init__(self, name):
            self.name = name

        async def __call__(self, scope, receive, send):
            raise NotImplementedError

        @staticmethod
        def create():
            raise LookupError("no database")

    class Wsgi:
        def __call__(self, environ, start_response):
            raise NotImplementedError

    def create_app(debug=False):
        return App("made")

    async def open_app():
        return App("opened")

    def create_settings():
        return {}

    app = App("first")
    admin = App("second")
    app.inner = App("inner")
    wsgi = Wsgi()
    settings = {}
"""

NAMED_APP = """
    def test_name(app, xapi_app, request):
        assert app is xapi_app
        assert app.name == "{name}"
"""


@pytest.fixture
def shop(pytester: pytest.Pytester) -> pytest.Pytester:
    """A directory with the module `shop` and a test that wants its app `first`."""
    pytester.makepyfile(shop=SHOP, test_shop=NAMED_APP.format(name="first"))
    return pytester


def named(pytester: pytest.Pytester, name: str) -> None:
    pytester.makepyfile(test_shop=NAMED_APP.format(name=name))


def usage_error(result: pytest.RunResult) -> str:
    """The one line of a usage error."""
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = [line for line in result.errlines if line]
    return line


def test_the_flag_names_the_app(shop: pytest.Pytester, run_pytest: RunPytest) -> None:
    run_pytest("--xapi-app", "shop:app").assert_outcomes(passed=1)


def test_the_ini_option_names_the_app(shop: pytest.Pytester, run_pytest: RunPytest) -> None:
    shop.makeini("[pytest]\nxapi_app = shop:app\n")
    run_pytest().assert_outcomes(passed=1)


def test_the_flag_wins_over_the_ini_option(shop: pytest.Pytester, run_pytest: RunPytest) -> None:
    shop.makeini("[pytest]\nxapi_app = shop:app\n")
    named(shop, "second")
    run_pytest("--xapi-app", "shop:admin").assert_outcomes(passed=1)


def test_a_fixture_wins_over_the_flag(shop: pytest.Pytester, run_pytest: RunPytest) -> None:
    shop.makeconftest(
        """
        import pytest, shop

        @pytest.fixture
        def xapi_app():
            return shop.admin
        """
    )
    named(shop, "second")
    run_pytest("--xapi-app", "shop:app").assert_outcomes(passed=1)


def test_a_fixture_can_build_on_the_app_that_is_set(shop: pytest.Pytester, run_pytest: RunPytest) -> None:
    shop.makeconftest(
        """
        import pytest

        @pytest.fixture(scope="session")
        def xapi_app(xapi_app):
            return xapi_app.inner
        """
    )
    named(shop, "inner")
    run_pytest("--xapi-app", "shop:app").assert_outcomes(passed=1)


def test_a_fixture_of_a_folder_reaches_that_folder_only(shop: pytest.Pytester, run_pytest: RunPytest) -> None:
    folder = shop.mkdir("admin")
    folder.joinpath("conftest.py").write_text(
        "import pytest, shop\n\n@pytest.fixture\ndef xapi_app():\n    return shop.admin\n"
    )
    folder.joinpath("test_admin.py").write_text("def test_name(app):\n    assert app.name == 'second'\n")
    run_pytest("--xapi-app", "shop:app").assert_outcomes(passed=2)


def test_an_app_inside_another_object_is_found(shop: pytest.Pytester, run_pytest: RunPytest) -> None:
    named(shop, "inner")
    run_pytest("--xapi-app", "shop:app.inner").assert_outcomes(passed=1)


@pytest.mark.parametrize("text", ["shop.py", "shop.py:app", "./shop.py:app"])
def test_a_path_names_the_app_as_in_commands(text: str, shop: pytest.Pytester, run_pytest: RunPytest) -> None:
    run_pytest("--xapi-app", text).assert_outcomes(passed=1)


def test_a_path_without_an_app_is_told(shop: pytest.Pytester, run_pytest: RunPytest) -> None:
    result = run_pytest("--xapi-app", "shop.py:nothing")
    assert "--xapi-app: 'shop.py:nothing' cannot be used: module 'shop' (" in usage_error(result)


def test_the_module_is_found_in_the_current_directory(shop: pytest.Pytester, run_pytest: RunPytest) -> None:
    run_pytest("--import-mode=importlib", "--xapi-app", "shop:app").assert_outcomes(passed=1)
    assert str(shop.path) not in sys.path


def test_the_module_is_found_in_the_root_directory(
    shop: pytest.Pytester, run_pytest: RunPytest, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.makeini("[pytest]\nxapi_app = shop:app\n")
    monkeypatch.chdir(shop.mkdir("elsewhere"))
    result = run_pytest("--import-mode=importlib", f"--rootdir={shop.path}", "-c", "../tox.ini", "..")
    result.assert_outcomes(passed=1)


def test_what_can_be_imported_already_is_not_shadowed(shop: pytest.Pytester, run_pytest: RunPytest) -> None:
    installed = shop.mkdir("installed")
    installed.joinpath("shop.py").write_text(shop.path.joinpath("shop.py").read_text())
    shop.makeini("[pytest]\npythonpath = installed\n")
    shop.makepyfile(
        test_shop="import sys\n\ndef test_file(app):\n    assert 'installed/' in sys.modules['shop'].__file__"
    )
    result = run_pytest("--import-mode=importlib", "--xapi-app", "shop:app")
    result.assert_outcomes(passed=1)


def test_the_header_tells_app_and_flag(shop: pytest.Pytester, run_pytest: RunPytest) -> None:
    result = run_pytest("--xapi-app", "shop:app")
    result.stdout.fnmatch_lines(["xapi: app shop:app (from --xapi-app)"])


def test_the_header_tells_app_and_ini_file(shop: pytest.Pytester, run_pytest: RunPytest) -> None:
    shop.makepyprojecttoml("[tool.pytest.ini_options]\nxapi_app = 'shop:app'\n")
    result = run_pytest()
    result.stdout.fnmatch_lines(["xapi: app shop:app (from xapi_app in pyproject.toml)"])


def test_the_environment_names_the_app(
    shop: pytest.Pytester, run_pytest: RunPytest, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.makeini("[pytest]\nxapi_app = shop:admin\n")
    monkeypatch.setenv("XAPI_APP", "shop:app")
    result = run_pytest()
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["xapi: app shop:app (from XAPI_APP in the environment)"])


def test_the_flag_wins_over_the_environment(
    shop: pytest.Pytester, run_pytest: RunPytest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XAPI_APP", "shop:admin")
    run_pytest("--xapi-app", "shop:app").assert_outcomes(passed=1)


def test_the_table_in_pyproject_names_the_app(shop: pytest.Pytester, run_pytest: RunPytest) -> None:
    shop.makepyprojecttoml("[tool.pytest.ini_options]\n[tool.xapi]\napp = 'shop:app'\n")
    result = run_pytest()
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["xapi: app shop:app (from app in [[]tool.xapi] of pyproject.toml)"])


def test_an_ini_option_wins_over_the_table(shop: pytest.Pytester, run_pytest: RunPytest) -> None:
    shop.makepyprojecttoml(
        "[tool.pytest.ini_options]\nxapi_app = 'shop:app'\n[tool.xapi]\napp = 'shop:admin'\n"
    )
    run_pytest().assert_outcomes(passed=1)


def test_a_factory_is_called_once(shop: pytest.Pytester, run_pytest: RunPytest) -> None:
    shop.makepyfile(
        test_shop="""
        seen = []

        def test_one(app):
            assert app.name == "made"
            seen.append(app)

        def test_two(app):
            assert seen == [app]
        """
    )
    run_pytest("--xapi-app", "shop:create_app").assert_outcomes(passed=2)


def test_a_marker_wins_over_fixture_and_flag(shop: pytest.Pytester, run_pytest: RunPytest) -> None:
    shop.makeconftest("import pytest, shop\n\n@pytest.fixture\ndef xapi_app():\n    return shop.app.inner\n")
    shop.makepyfile(
        test_shop="""
        import pytest, shop

        @pytest.mark.xapi(app="shop:admin")
        class TestAdmin:
            def test_by_name(self, app, async_client, client):
                assert [app.name, client.app.name, async_client.app.name] == ["second"] * 3

            @pytest.mark.xapi(app=shop.app)
            def test_the_closest_wins(self, app):
                assert app is shop.app

            @pytest.mark.xapi(app="shop:create_app")
            def test_a_factory(self, xapi_client):
                assert xapi_client.app.name == "made"

        def test_without(app):
            assert app.name == "inner"
        """,
        shop=SHOP.replace("            raise NotImplementedError", "            pass"),
    )
    run_pytest("--xapi-app", "shop:app").assert_outcomes(passed=4)


def test_a_marker_is_enough(shop: pytest.Pytester, run_pytest: RunPytest) -> None:
    shop.makepyfile(
        test_shop="""
        import pytest

        @pytest.mark.xapi(app="shop:admin")
        def test_with(app):
            assert app.name == "second"

        def test_without(xapi_app):
            xapi_app.name
        """
    )
    result = run_pytest()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["no app under test (tried the marker *"])


def test_a_bad_name_in_a_marker_fails_its_test(shop: pytest.Pytester, run_pytest: RunPytest) -> None:
    shop.makepyfile(
        test_shop="import pytest\n\n@pytest.mark.xapi(app='shop:ap')\ndef test_bad(app):\n    pass\n"
    )
    result = run_pytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["app of test_shop.py::test_bad: 'shop:ap' names no app: module 'shop' *"])


def test_the_header_tells_that_a_fixture_beats_the_flag(shop: pytest.Pytester, run_pytest: RunPytest) -> None:
    shop.makeconftest("import pytest, shop\n\n@pytest.fixture\ndef xapi_app():\n    return shop.app\n")
    result = run_pytest("--xapi-app", "shop:admin")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["xapi: app shop:admin (from --xapi-app), but the fixture `xapi_app` of conftest.py wins there"]
    )
    result.stdout.no_fnmatch_line("*wins over*")


def test_fixtures_found_later_are_told_after_collection(shop: pytest.Pytester, run_pytest: RunPytest) -> None:
    folder = shop.mkdir("admin")
    folder.joinpath("conftest.py").write_text(
        "import pytest, shop\n\n@pytest.fixture\ndef xapi_app():\n    return shop.admin\n"
    )
    folder.joinpath("test_admin.py").write_text("def test_name(app):\n    assert app.name == 'second'\n")
    shop.makepyfile(
        test_own="import pytest, shop\n\n@pytest.fixture\ndef xapi_app():\n    return shop.app\n\n"
        "def test_name(app):\n    assert app.name == 'first'\n"
    )
    result = run_pytest("--xapi-app", "shop:app")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(
        ["xapi: the fixture `xapi_app` of admin/conftest.py, test_own.py wins over --xapi-app there"]
    )


OWN_APPS = """
import pytest, shop

@pytest.fixture
def xapi_app():
    return shop.app

class TestOwn:
    @pytest.fixture
    def xapi_app(self):
        return shop.admin

    class TestInner:
        def test_inner(self, app):
            assert app.name == "second"

class TestInherited(TestOwn):
    pass

class TestNone:
    def test_none(self, app):
        assert app.name == "first"
"""


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (("--xapi-app", "shop:app"), "wins over --xapi-app there"),
        ((), "gives the app there"),
    ],
)
def test_fixtures_of_classes_and_modules_are_named(
    shop: pytest.Pytester, run_pytest: RunPytest, flags: tuple[str, ...], told: str
) -> None:
    shop.makepyfile(test_own=OWN_APPS)
    result = run_pytest("test_own.py", *flags)
    result.assert_outcomes(passed=3)
    named = "test_own.py, test_own.py::TestInherited, test_own.py::TestOwn"
    result.stdout.fnmatch_lines([f"xapi: the fixture `xapi_app` of {named} {told}"])


def test_the_header_names_a_fixture_where_nothing_is_set(
    shop: pytest.Pytester, run_pytest: RunPytest
) -> None:
    shop.makeconftest("import pytest, shop\n\n@pytest.fixture\ndef xapi_app():\n    return shop.app\n")
    shop.makepyfile("def test_app(app): ...")
    lines = run_pytest().stdout.str()
    assert lines.count("xapi: app of the fixture `xapi_app` of conftest.py") == 1
    assert "gives the app there" not in lines


def test_the_header_is_silent_where_nothing_is_set(pytester: pytest.Pytester, run_pytest: RunPytest) -> None:
    run_pytest().stdout.no_fnmatch_line("xapi:*")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("shop", "is not an import string MODULE:APP, such as 'shop.main:app'"),
        (":app", "is not an import string MODULE:APP, such as 'shop.main:app'"),
        ("shop:", "is not an import string MODULE:APP, such as 'shop.main:app'"),
        ("nowhere:app", "cannot be imported: no module 'nowhere' on sys.path or in {path}"),
        ("shop.main:app", "cannot be imported: no module 'shop.main' on sys.path or in {path}"),
        (
            "shop:ap",
            "names no app: module 'shop' ({path}/shop.py) has no attribute 'ap' "
            "(did you mean 'app' or 'admin'?)",
        ),
        (
            "shop:app.outer",
            "names no app: 'app' has no attribute 'outer' (did you mean 'app' or 'admin'?)",
        ),
        (
            "shop:settings",
            "is of type dict, which cannot be called; an ASGI app is called with (scope, receive, send)",
        ),
        ("shop:App", "is the class App; name an instance of it"),
        (
            "shop:App.create",
            "is a factory that raised LookupError: no database ({path}/shop.py, line 10)",
        ),
        (
            "shop:open_app",
            "is an asynchronous factory; give its result from a fixture `xapi_app`",
        ),
        (
            "shop:create_settings",
            "is of type dict, which cannot be called; an ASGI app is called with (scope, receive, send)",
        ),
        (
            "shop:wsgi",
            "is of type Wsgi with parameters (environ, start_response); "
            "an ASGI app is called with (scope, receive, send)",
        ),
    ],
)
def test_a_bad_flag_is_a_usage_error(
    shop: pytest.Pytester, run_pytest: RunPytest, text: str, reason: str
) -> None:
    result = run_pytest("--xapi-app", text)
    expected = reason.replace("{path}", str(shop.path))
    assert usage_error(result) == f"ERROR: --xapi-app: {text!r} {expected}; {HOW_TO_SET}"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("import nowhere", "ModuleNotFoundError: No module named 'nowhere' ({path}/broken.py, line 1)"),
        ("\nraise ValueError('no\\n  database')", "ValueError: no database ({path}/broken.py, line 2)"),
        ("raise SystemExit('bye')", "SystemExit: bye ({path}/broken.py, line 1)"),
        ("def", "SyntaxError: invalid syntax ({path}/broken.py, line 1)"),
    ],
)
def test_an_error_inside_the_users_module_is_told(
    pytester: pytest.Pytester, run_pytest: RunPytest, source: str, told: str
) -> None:
    pytester.path.joinpath("broken.py").write_text(source)
    result = run_pytest("--xapi-app", "broken:app")
    expected = told.replace("{path}", str(pytester.path))
    assert usage_error(result) == (
        f"ERROR: --xapi-app: 'broken:app' cannot be imported: module 'broken' raised {expected}; {HOW_TO_SET}"
    )


def test_a_bad_ini_option_ends_the_run_when_a_test_needs_the_app(
    shop: pytest.Pytester, run_pytest: RunPytest
) -> None:
    shop.makeini("[pytest]\nxapi_app = nowhere:app\n")
    shop.makepyfile(
        test_first="def test_without_app():\n    pass\n",
        test_second="def test_more(client):\n    pass\n",
    )
    result = run_pytest()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stdout.fnmatch_lines(
        [
            f"!* xapi_app in tox.ini: 'nowhere:app' cannot be imported: no module 'nowhere' on sys.path "
            f"or in {shop.path}; {HOW_TO_SET} !*"
        ]
    )
    result.assert_outcomes(passed=1)


def test_a_bad_ini_option_does_not_hurt_tests_without_the_app(
    shop: pytest.Pytester, run_pytest: RunPytest
) -> None:
    shop.makeini("[pytest]\nxapi_app = nowhere:app\n")
    shop.makepyfile(test_first="def test_without_app():\n    pass\n")
    run_pytest("test_first.py").assert_outcomes(passed=1)


def test_a_test_that_needs_an_app_fails_in_one_line_where_none_is_set(
    shop: pytest.Pytester, run_pytest: RunPytest
) -> None:
    result = run_pytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at setup of test_name*",
            "no app under test (tried the marker xapi(app=...), a fixture `xapi_app`, --xapi-app, "
            "XAPI_APP in the environment, the ini option xapi_app, app in [[]tool.xapi] of pyproject.toml); "
            + HOW_TO_SET,
            "*short test summary*",
        ],
        consecutive=True,
    )


def test_a_fixture_that_returns_no_app_is_told(shop: pytest.Pytester, run_pytest: RunPytest) -> None:
    shop.makeconftest(
        """
        import pytest

        @pytest.fixture
        def xapi_app():
            pass
        """
    )
    shop.makepyfile(test_shop="def test_get(client):\n    client.get('/')\n")
    result = run_pytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "the app under test is of type NoneType, which cannot be called; an ASGI app is called with "
            "(scope, receive, send); return one from the fixture `xapi_app`"
        ]
    )


READS_SETTINGS = """
    import os
    from starlette.applications import Starlette

    url = os.environ.get("SHOP_DATABASE", "production")
    app = Starlette()
    app.name = url
"""
WAYS_TO_SET = {
    "flag": (["--xapi-app=settled:app"], ""),
    "ini option": ([], "[pytest]\nxapi_app = settled:app\n"),
    "override": (["-o", "xapi_app=settled:app"], ""),
}


@pytest.mark.parametrize("way", WAYS_TO_SET)
@pytest.mark.parametrize("prepares", ["fixture", "hook"])
def test_the_app_is_imported_when_a_test_needs_it_wherever_it_is_named(
    pytester: pytest.Pytester, run_pytest: RunPytest, monkeypatch: pytest.MonkeyPatch, way: str, prepares: str
) -> None:
    monkeypatch.setenv("SHOP_DATABASE", "production")
    arguments, ini = WAYS_TO_SET[way]
    pytester.makeini(ini)
    pytester.makepyfile(settled=READS_SETTINGS)
    conftests = {
        "fixture": """
            import os, pytest

            @pytest.fixture(scope="session", autouse=True)
            def container():
                os.environ["SHOP_DATABASE"] = "container"
        """,
        "hook": """
            import os

            def pytest_xapi_before_import(config):
                os.environ["SHOP_DATABASE"] += " container"
                config.add_cleanup(lambda: print("container stopped"))
        """,
    }
    pytester.makeconftest(conftests[prepares])
    pytester.makepyfile(
        test_it="""
        import sys

        def test_without_app():
            assert "settled" not in sys.modules

        def test_with_app(app, client):
            assert app.name.endswith("container")

        def test_prepared_once(app):
            assert app.name.count("container") == 1
        """
    )
    result = run_pytest("-p", "no:randomly", "-s", *arguments)
    result.assert_outcomes(passed=3)
    assert ("container stopped" in result.stdout.str()) == (prepares == "hook")


def test_property_tests_have_a_place_to_prepare_the_environment(
    pytester: pytest.Pytester, run_pytest: RunPytest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_DATABASE", "production")
    pytester.makepyfile(
        settled="import os, xapi\nfound = os.environ['SHOP_DATABASE']\napp = xapi.XAPI(title=found)\n"
        "@app.get('/')\ndef read() -> str:\n    assert found == 'container'\n    return found\n"
    )
    pytester.makeconftest(
        "import os\ndef pytest_xapi_before_import(config):\n    os.environ['SHOP_DATABASE'] = 'container'\n"
    )
    result = run_pytest("--xapi-app=settled:app", "--xapi-fuzz", "-k", "boundary")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*1 passed*"])
