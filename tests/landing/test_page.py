"""What is known of a page without reading its rows is what a parser would say."""

import json
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as some

from pipelines.landing.page import NoPage, Page

ROWS = [{"id": "R1", "note": "a"}, {"id": "R2", "note": "b"}]
OTHERS = [{"id": "R1", "note": "a"}, {"id": "R3", "note": "b"}]

values = some.none() | some.booleans() | some.integers(-9, 10**20) | some.text(some.sampled_from('a}{,":[]\\ \n中'))
nested = values | some.lists(values, max_size=2) | some.dictionaries(some.sampled_from(["id", "x"]), values, max_size=2)
keys = some.sampled_from(["id", "note", 'a"', "{", "},{", "", "键", "\n"])
written = some.sampled_from([{}, {"indent": 1}, {"separators": (",", ":")}, {"separators": (" , ", " : ")}])


def of(rows: list[dict[str, Any]], page: int = 1, **how: Any) -> Page:
    return Page.of(json.dumps({"data": rows, "page": page, "pages": 9, "total": 18}, **how).encode())


@hypothesis.given(some.lists(some.dictionaries(keys, nested, max_size=3), max_size=5), written, some.booleans())
def test_rows_are_counted_whatever_stands_in_them(
    rows: list[dict[str, Any]], how: dict[str, Any], are_last: bool
) -> None:
    numbers = {"page": 3, "pages": 9, "total": 18, "note": "[}"}
    body = numbers | {"data": rows} if are_last else {"data": rows} | numbers
    page = Page.of(json.dumps(body, **how).encode())
    assert (page.number, page.pages, page.total, page.rows) == (3, 9, 18, len(rows))
    assert json.loads(page.line)["data"] == rows


@hypothesis.given(some.lists(some.dictionaries(keys, nested, max_size=3), max_size=4), written)
def test_the_same_rows_on_another_page_are_the_same_content(rows: list[dict[str, Any]], how: dict[str, Any]) -> None:
    assert of(rows, 1, **how).content == of(rows, 2, **how).content
    assert of(rows, 1, **how).content != of([*rows, {"id": "R9"}], 1, **how).content


@pytest.mark.parametrize("note", ["a", "a},{", "[a]", {"at": 1}], ids=["plain", "braces", "brackets", "nested"])
def test_a_page_that_changes_between_two_requests_is_noticed(note: object) -> None:
    first, second, third = ({"id": f"R{number}", "note": note} for number in (1, 2, 3))
    earlier = of([first, second])
    assert of([first, second], page=2).holds_in_place(earlier)
    assert of([third, first, second]).holds_in_place(earlier)  # new rows before them
    assert of([first | {"note": "changed"}, second]).holds_in_place(earlier)
    assert not of([second, third]).holds_in_place(earlier)  # a row before them has gone
    assert not of([third]).holds_in_place(earlier)
    assert of([]).holds_in_place(of([]))


@pytest.mark.parametrize(
    "data",
    ['["R1"]', "[{}, 1]", '[{"id": 1}, 1]', '[{"id": 1}, null, {"id": 2}]', "{}", "[[]]", "null", '[{"id": 1]', "["],
)
def test_what_is_no_list_of_objects_is_no_page(data: str) -> None:
    with pytest.raises(NoPage):
        Page.of(f'{{"data": {data}, "page": 1, "pages": 1, "total": 3}}'.encode())
