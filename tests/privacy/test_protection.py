"""Whole frames: what the lake gets of the rows that were read."""

import pandas as pd
import pytest

from pipelines.contracts import contract_of
from pipelines.privacy import Pseudonymiser, protect

PSEUDONYMISER = Pseudonymiser(b"key of the tests")


def appeals(**columns: list[object]) -> pd.DataFrame:
    contract = contract_of("appeals")
    height = len(next(iter(columns.values())))
    return pd.DataFrame({**{column.name: [None] * height for column in contract.columns_read}, **columns})


def test_a_protected_frame_has_the_lakes_columns_and_rows_in_order() -> None:
    frame = appeals(
        appeal_id=["A1", "A2"],
        contact_name=["张三", "李四"],
        contact_phone=["13800138000", "13800138001"],
        summary=["电梯坏了，电话13800138000", "噪音"],
        _source_row=[3, 4],
    )
    contract = contract_of("appeals")
    protected = protect(frame, contract, PSEUDONYMISER)
    assert protected.columns.tolist() == [
        *(column.lake_name for column in contract.columns if column.lake_name),
        "withdrawn",
        "_source_row",
    ]
    assert protected["appeal_id"].tolist() == ["A1", "A2"]
    assert protected["summary"].tolist() == ["电梯坏了，电话***********", "噪音"]
    assert protected["_source_row"].tolist() == [3, 4]
    assert "contact_phone" not in protected
    assert frame["contact_phone"].tolist() == ["13800138000", "13800138001"], "what was given stays"


def test_identity_numbers_become_pseudonym_columns() -> None:
    frame = pd.DataFrame(
        {
            "id_card": ["44030119900307123x"], "name": ["张三"], "from_org": ["某某支部"], "to_org_uscc": [None],
            "applied_on": [pd.Timestamp("2025-03-01")], "completed_on": [pd.NaT],
            "withdrawn": [None],
        }
    )  # fmt: skip
    protected = protect(frame, contract_of("member_transfers"), PSEUDONYMISER)
    expected = PSEUDONYMISER.pseudonyms(pd.Series(["44030119900307123X"]))
    assert protected["id_card_pseudonym"].tolist() == expected.tolist()
    assert "name" not in protected
    assert "id_card" not in protected


def test_a_code_that_is_a_persons_number_becomes_the_persons_pseudonym() -> None:
    frame = appeals(
        appeal_id=["44030119900307123x", "13800138000", "20250301000000012"], uscc=["914403001922038216", None, None]
    )
    protected = protect(frame, contract_of("appeals"), PSEUDONYMISER)
    of_persons = PSEUDONYMISER.pseudonyms(pd.Series(["44030119900307123X", "13800138000"])).tolist()
    assert protected["appeal_id"].tolist() == [*of_persons, "20250301000000012"]
    assert protected["uscc"].iloc[0] == "914403001922038216"


@pytest.mark.parametrize(
    "code", ["440301199003071234-001", "SG440301199003071234", "440301 19900307 1234", "13812345678-1", "138-1234-5678"]
)
def test_a_code_with_a_persons_number_in_it_becomes_a_pseudonym_that_still_joins(code: str) -> None:
    frame = appeals(appeal_id=[code, "LH-2025-000123", code], uscc=[None, None, None])
    first, other, again = protect(frame, contract_of("appeals"), PSEUDONYMISER)["appeal_id"]
    assert first == again == PSEUDONYMISER.pseudonyms(pd.Series([code])).iloc[0]
    assert other == "LH-2025-000123"


def test_unknown_columns_lose_what_belongs_to_a_person() -> None:
    extra = (
        '{"备 用手机":"13800138000","备注":"找13800138000","网格":"A-7","楼层":3,"来电":13800138000,'
        '"info":{"phone":"1","x":["440301900307123",true,null]}}'
    )
    protected = protect(appeals(appeal_id=["A1", "A2"], _extra=[extra, None]), contract_of("appeals"), PSEUDONYMISER)
    assert protected["_extra"].iloc[0] == (
        '{"info":{"phone":null,"x":["***************",true,null]},"备 用手机":null,"备注":"找***********",'
        '"来电":"***********","楼层":3,"网格":"A-7"}'
    )
    assert protected["_extra"].isna().tolist() == [False, True]


def test_a_sheet_named_after_a_phone_number_is_scrubbed() -> None:
    frame = appeals(appeal_id=["A1"], _sheet=["13800138000"])
    assert protect(frame, contract_of("appeals"), PSEUDONYMISER)["_sheet"].tolist() == ["***********"]
