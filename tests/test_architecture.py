"""Which package knows which."""

import ast
import pathlib
from collections.abc import Iterator

from pipelines.settings import PROJECT_FOLDER


def importing(package: str, imported: str) -> Iterator[str]:
    """The files of a package that import another one, at their top or inside a function."""
    for path in sorted((PROJECT_FOLDER / package).rglob("*.py")):
        if imported in {name.partition(".")[0] for name in imported_by(path)}:
            yield str(path.relative_to(PROJECT_FOLDER))


def imported_by(path: pathlib.Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_production_knows_nothing_of_the_sample_city() -> None:
    assert "sample_city/commands.py" in set(importing("sample_city", "sample_city"))  # an import in a function is seen
    assert list(importing("pipelines", "sample_city")) == []
