"""The guide that reasons point to has an entry for each of them."""

import pathlib
import re

PROJECT = pathlib.Path(__file__).parents[2]


def test_every_entry_that_a_reason_names_is_in_the_guide() -> None:
    guide = (PROJECT / "docs" / "reading.md").read_text("utf-8")
    entries = set(re.findall(r"^\| ([^|]+?) \|", guide, re.MULTILINE)) - {"项目", "---"}
    source = "\n".join(path.read_text("utf-8") for path in (PROJECT / "pipelines").rglob("*.py"))
    named = set(re.findall(r"see_zh\(['\"]([^'\"]+)['\"]\)", source))
    named |= set(re.findall(r"Kind\(\s*\"\w+\", \"([^\"]+)\"", source))
    assert len(named) > 20
    assert named == entries
