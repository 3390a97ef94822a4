"""Names of columns are learned from the contracts, and put together from words where none has the header."""

import pytest

from pipelines.contracts import Column, Contract
from pipelines.scaffolding.vocabulary import Named, Vocabulary


@pytest.fixture
def vocabulary() -> Vocabulary:
    columns = (
        Column(name="received_at", header="受理时间", type="datetime"),
        Column(name="uscc", header="统一社会信用代码", type="uscc"),
        Column(name="name", header="企业名称", type="text", aliases=("单位名称（全称）",)),
    )
    return Vocabulary([Contract.model_construct(columns=columns)])


@pytest.mark.parametrize(
    ("label", "named"),
    [
        ("受理时间", Named("received_at", "learned")),
        ("单位名称(全称)", Named("name", "learned")),
        ("record_id", Named("record_id", "learned")),
        ("受理日期", Named("received_on", "composed")),
        ("注册资本(万元)", Named("registered_capital_10k_cny", "composed")),
        ("是否公开", Named("is_public", "composed")),
        ("医院床位数", Named("hospital_beds_count", "composed")),
        ("甪直属地", Named("column_4", "unknown")),
    ],
)
def test_a_header_gets_the_best_name_there_is(vocabulary: Vocabulary, label: str, named: Named):
    assert vocabulary.named(label, 4)[0] == named


def test_a_header_that_contracts_call_by_different_names_is_not_learned():
    columns = (
        Column(name="visit_id", header="记录编号", type="code"),
        Column(name="gift_id", header="记录编号", type="code"),
    )
    vocabulary = Vocabulary([Contract.model_construct(columns=(column,)) for column in columns])
    assert vocabulary.named("记录编号", 1)[0].origin != "learned"


def test_what_is_known_of_a_header_shows_in_its_words(vocabulary: Vocabulary):
    assert vocabulary.knows("服务日期")
    assert not vocabulary.knows("张示例")


def test_the_header_of_a_name_is_the_contracts_own(vocabulary: Vocabulary):
    assert vocabulary.header_of("uscc") == "统一社会信用代码"
    assert vocabulary.header_of("height") is None
