"""What is kept between requests and declarations is kept by identity: every register says what its key is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
CACHES = ("cache", "lru_cache", "WeakKeyDictionary", "WeakValueDictionary", "WeakSet")
EMPTY = ("dict", "set", "list", "defaultdict", "OrderedDict")

KEYS = {
    "framework/xapi/as_fastapi/road.py _routes": "the identity of a route",
    "framework/xapi/as_fastapi/tree/_compat/v2.py get_cached_model_fields": "a model, by identity",
    "framework/xapi/cli/choice.py _additions": "nothing: it is a list",
    "framework/xapi/cli/choice.py _parsers": "a parser, which compares by identity",
    "framework/xapi/cli/choice.py _readers": "nothing: it is a list",
    "framework/xapi/encoders.py encoders_by_type": "nothing: it is made once",
    "framework/xapi/migration/names.py _defined": "names of modules",
    "framework/xapi/migration/names.py _incidental": "nothing: it is made once",
    "framework/xapi/migration/names.py _origins": "names of modules",
    "framework/xapi/migration/names.py _parsed": "paths of files of this package",
    "framework/xapi/migration/names.py _public": "names of modules",
    "framework/xapi/migration/names.py renamed_names": "nothing: it is made once",
    "framework/xapi/openapi/assets.py installed_file": "names of modules and files",
    "framework/xapi/operation/fields.py _shared": "the identity of a type, which the value keeps",
    "framework/xapi/operation/hidden_marks.py _searched": "the identity of a class, which is the value",
    "framework/xapi/operation/reading.py _kept": "the identity of a callable, kept by the value, and names",
    "framework/xapi/pipeline/codegen/builder.py _compiled": "source, by what it says",
    "framework/xapi/pipeline/threads.py _workers": "an event loop, which compares by identity",
    "framework/xapi/testing/exchange/quiescence.py _app_loops": "an event loop, which compares by identity",
    "framework/xapi/testing/base_client.py parsed_url": "a text, by what it says",
    "framework/xapi/testing/driver_base.py left_behind": "nothing: it is a list",
    "framework/xapi/testing/litestar_providers.py _swapped": "a provider's identity, which the value keeps",
    "framework/xapi/testing/override_dictionaries.py _written": "a dictionary's identity, and a key of it",
    "framework/xapi/testing/shared_overrides.py _active": "nothing: it is a list",
    "framework/xapi/testing/upstream_apps.py _upstreams": "nothing: it is a list",
    "framework/xapi/testing/shared_overrides.py _living": "a client's overrides, which compare by identity",
    "framework/xapi/testing/loop_pool.py _kept": "nothing: it is a list",
    "pytest_xapi/documents.py _data": "the text of a document, by what it says",
    "pytest_xapi/documents.py _read": "the text of a document, by what it says",
    "pytest_xapi/fuzz/model/secret_forms.py forms": "a secret and the name of its variable, as texts",
    "pytest_xapi/fuzz/model/sensitive.py _members_of_large": "bytes, by what they are",
    "pytest_xapi/fuzz/model/traceback_origin.py is_foreign": "paths of files",
    "pytest_xapi/fuzz/model/traceback_origin.py _foreign_places": "nothing: it is made once",
    "pytest_xapi/fuzz/generation/ecma.py _members": "the name of a property of characters",
    "pytest_xapi/fuzz/generation/texts.py FORMATS": "names of formats",
    "pytest_xapi/fuzz/monitors/audit.py _RESOLVED": "the name of a host",
    "pytest_xapi/fuzz/monitors/audit.py _hearing": "nothing: it is a list",
    "pytest_xapi/fuzz/monitors/thread_time.py _waited": "nothing: it is made once",
    "pytest_xapi/fuzz/monitors/teardown_watch.py _observed": "a function's code with its file and name",
}
"""The registers of modules, and what is a key of each. A user's callable or value is one by `identity`."""


def registers(source: str) -> Iterator[str]:
    """The names of what a module keeps for as long as it lives: caches, and collections that begin empty."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if any(_called(decorator) in CACHES for decorator in node.decorator_list):
                yield node.name
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) and any(
                    _called(decorator) in CACHES for decorator in inner.decorator_list
                ):
                    yield f"{node.name}.{inner.name}"
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if _is_register(node.value):
                yield ast.unparse(target)


def _is_register(value: ast.expr) -> bool:
    if isinstance(value, ast.Dict | ast.List | ast.Set):
        return not (value.keys if isinstance(value, ast.Dict) else value.elts)
    if not isinstance(value, ast.Call):
        return False
    name = _called(value)
    return name in CACHES or _called(value.func) in CACHES or (name in EMPTY and not value.args)


def _called(node: ast.expr) -> str:
    """The last name of what is called."""
    if isinstance(node, ast.Call):
        return _called(node.func)
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def test_every_form_of_register_is_seen() -> None:
    source = """
import functools
from weakref import WeakKeyDictionary
a: dict[str, int] = {}
b = []
c = set()
d = WeakKeyDictionary()
e = functools.lru_cache(maxsize=8)(str)
not_one = {"a": 1}
nor_this = frozenset(("a",))
@functools.cache
def f(): ...
class C:
    @functools.lru_cache(maxsize=None)
    def g(self): ...
"""
    assert list(registers(source)) == ["a", "b", "c", "d", "e", "f", "C.g"]


def test_the_key_of_every_register_is_known() -> None:
    found = {
        f"{file.relative_to(ROOT).as_posix()} {name}"
        for package in ("framework/xapi", "pytest_xapi")
        for file in sorted((ROOT / package).rglob("*.py"))
        for name in registers(file.read_text(encoding="utf-8"))
        if name != "__all__"
    }
    assert found == KEYS.keys()
