"""Which package knows which."""

import ast
import graphlib
import pathlib
from collections.abc import Iterator

import pytest

from pipelines.settings import PROJECT_FOLDER


def importing(package: str, imported: str) -> Iterator[str]:
    """The files of a package that import another one, at their top or inside a function."""
    for path in sorted((PROJECT_FOLDER / package).rglob("*.py")):
        if imported in {name.partition(".")[0] for name in imported_by(path)}:
            yield str(path.relative_to(PROJECT_FOLDER))


def imported_by(path: pathlib.Path) -> Iterator[str]:
    """The modules that a file imports; of ``from a import b``, which may be one, ``a.b``."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms(package: pathlib.Path) -> dict[str, set[str]]:
    """For each room of ``pipelines``, a package or a module of its own, the other rooms that it imports."""
    found: dict[str, set[str]] = {}
    for path in package.rglob("*.py"):
        room = path.relative_to(package).parts[0].removesuffix(".py")
        names = {name.split(".")[1] for name in imported_by(path) if name.startswith("pipelines.")}
        found.setdefault(room, set()).update(names - {room})
    return found


def test_production_knows_nothing_of_the_sample_city() -> None:
    assert "sample_city/commands.py" in set(importing("sample_city", "sample_city"))  # an import in a function is seen
    assert list(importing("pipelines", "sample_city")) == []


def test_no_room_imports_one_that_stands_on_it() -> None:
    floors = list(graphlib.TopologicalSorter(rooms(PROJECT_FOLDER / "pipelines")).static_order())
    assert floors.index("contracts") < floors.index("lake") < floors.index("intake") < floors.index("night")


def test_an_arrow_back_up_is_seen(tmp_path: pathlib.Path) -> None:
    for room, line in {"night": "from pipelines import lake", "lake": "def later(): import pipelines.night"}.items():
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").write_text(line, "utf-8")
    with pytest.raises(graphlib.CycleError):
        list(graphlib.TopologicalSorter(rooms(tmp_path)).static_order())
