"""Documents name what there is: their links lead somewhere, and what a contract can say is explained."""

import pathlib
import re
from typing import get_args

import pytest

from pipelines.contracts import Cadence, Column, ColumnType, Mode
from pipelines.settings import PROJECT_FOLDER

_DOCUMENTS = [PROJECT_FOLDER / "README.md", PROJECT_FOLDER / "CONTRIBUTING.md", *PROJECT_FOLDER.glob("docs/**/*.md")]
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


def dead_links(document: pathlib.Path) -> list[str]:
    targets = _LINK.findall(document.read_text("utf-8"))
    return [target for target in targets if not (document.parent / target).exists()]


def test_every_link_leads_to_a_file() -> None:
    assert len(_DOCUMENTS) > 5
    assert {document.name: dead_links(document) for document in _DOCUMENTS if dead_links(document)} == {}


def test_a_dead_link_is_seen(tmp_path: pathlib.Path) -> None:
    document = tmp_path / "a.md"
    document.write_text("[me](a.md) [gone](docs/gone.md) [out](https://example.org)", "utf-8")
    assert dead_links(document) == ["docs/gone.md"]


@pytest.mark.parametrize("said", [*get_args(ColumnType), *get_args(Mode), *get_args(Cadence)])
def test_each_type_mode_and_cadence_is_explained(said: str) -> None:
    assert f"`{said}`" in (PROJECT_FOLDER / "docs" / "add-a-feed.md").read_text("utf-8")


@pytest.mark.parametrize("flag", sorted(Column.model_fields.keys() - {"name", "header", "type"}))
def test_each_flag_of_a_column_is_explained(flag: str) -> None:
    rows = (PROJECT_FOLDER / "docs" / "add-a-feed.md").read_text("utf-8").partition("### Flags of a column")[2]
    named = flag.removeprefix("exclusive_")
    assert re.search(rf"^\| .*`{named}(?:`|:)", rows, re.MULTILINE)
    assert flag == named or "`exclusive_…`" in rows
