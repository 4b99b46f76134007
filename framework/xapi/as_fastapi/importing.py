"""Finding `fastapi` and its modules in `tree`, each of which is one module under two names.

`fastapi.routing` is the source file `tree/routing.py`. It is also `xapi.as_fastapi.tree.routing`, the name
under which the files import each other, so that what is patched in one is patched for all.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.metadata import Distribution, DistributionFinder
from pathlib import Path
from types import ModuleType

from xapi.as_fastapi import children
from xapi.as_fastapi.distribution import AliasDistribution, is_installed
from xapi.as_fastapi.importers import told_importer
from xapi.as_fastapi.incidental import names_of

NAME = "fastapi"
TREE = "xapi.as_fastapi.tree"
_FOLDER = Path(__file__).parent / "tree"


class AliasFinder(MetaPathFinder):
    """Finds the modules of `fastapi` in `tree`, by both of their names, and the distribution."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        for root in (NAME, TREE):
            if fullname == root or fullname.startswith(f"{root}."):
                return self._spec(fullname, fullname[len(root) + 1 :])
        return None

    def _spec(self, fullname: str, below: str) -> ModuleSpec | None:
        place = _FOLDER.joinpath(*below.split(".")) if below else _FOLDER
        is_package = place.is_dir()
        source = place / "__init__.py" if is_package else place.with_suffix(".py")
        if not source.is_file():
            return None
        name = f"{NAME}.{below}" if below else NAME
        loader: Loader = _TreeLoader(name, source) if fullname == name else _SameLoader(name)
        return ModuleSpec(fullname, loader, origin="xapi.as_fastapi", is_package=is_package)

    def find_distributions(self, context: DistributionFinder.Context) -> Iterable[Distribution]:
        """The distribution of FastAPI, whoever asks for it by name; among all of them where it is missing."""
        if context.name is not None:
            return [AliasDistribution()] if context.name.lower() == NAME else []
        return [] if is_installed(context) else [AliasDistribution()]


class _TreeLoader(Loader):
    """Runs the source of a module, under the name of FastAPI's."""

    def __init__(self, name: str, source: Path) -> None:
        self.name = name
        self.source = source

    def exec_module(self, module: ModuleType) -> None:
        sys.modules[TREE + self.name[len(NAME) :]] = module
        code = SourceFileLoader(self.name, str(self.source)).get_code(self.name)
        assert code is not None
        vars(module)["__getattr__"] = names_of(self.name)
        exec(code, vars(module))

    def get_source(self, name: str) -> str:
        """The text, for tracebacks."""
        return self.source.read_text(encoding="utf-8")


class _SameLoader(Loader):
    """Gives the module of FastAPI's name for that of our own."""

    def __init__(self, name: str) -> None:
        self.name = name

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = import_module(self.name)
        self.own_spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self.own_spec


FINDER = AliasFinder()


def install() -> None:
    """Let `import fastapi` give the alias, here and in processes that are started from here.

    Raises:
        ImportError: `fastapi` has been imported already. The message names who has done it.
    """
    if any(finder is FINDER for finder in sys.meta_path):
        return
    if NAME in sys.modules:
        raise ImportError(
            f"xapi.as_fastapi came too late: {told_importer(NAME)}. Import xapi.as_fastapi before that, "
            "in the first line of the program or of the conftest.py, or use `pytest --xapi-as-fastapi`, "
            "`xapi run --as-fastapi` or, earliest of all, `python -m xapi.as_fastapi`"
        )
    sys.meta_path.insert(0, FINDER)
    children.prepare()
