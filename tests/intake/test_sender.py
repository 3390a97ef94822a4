"""Whose file it is, by what stands above its header."""

import datetime

import pytest

from pipelines import providers
from pipelines.intake.sender import other_named
from pipelines.providers import Provider, Register, RegisteredProvider

FIRST_DAY = datetime.date(2025, 1, 1)
FUTIAN = Provider("district", "440304")


def association(code: str, name: str) -> RegisteredProvider:
    return RegisteredProvider(provider_type="association", provider_code=code, name_zh=name, active_from=FIRST_DAY)


REGISTER = Register(
    [
        *providers.initial_providers(FIRST_DAY),
        association("A1", "深圳市钟表协会"),
        association("A2", "深圳市钟表协会联合会"),
    ]
)


@pytest.mark.parametrize(
    ("titles", "named"),
    [
        (["填报单位:深圳市南山区委社会工作部"], "南山区"),
        (["填报单位:南山民政局填报日期:2025-03-31"], "南山区"),
        (["报送单位(盖章):大鹏新区"], "大鹏新区"),
        (["福田区台账", "填报单位:南山区"], "南山区"),
        (["2025年南山区园区党建工作指导站台账"], "南山区"),
        (["填报单位:深圳市福田区委社会工作部"], None),
        (["南山区、福田区结对台账"], None),
        (["2025年光明使者台账"], None),  # of a district's name half alone means it on the line of the unit only
        (["单位:万元"], None),
        (["市委社会工作部统一制表"], None),  # which all districts fill in
        ([], None),
    ],
)
def test_a_district_s_file_may_name_another_district(titles: list[str], named: str | None) -> None:
    assert other_named(titles, FUTIAN, REGISTER) == named


def test_of_associations_the_whole_name_is_looked_for() -> None:
    title = ["填报单位:深圳市钟表协会"]
    assert other_named(title, Provider("association", "A1"), REGISTER) is None
    assert other_named(title, Provider("association", "A2"), REGISTER) == "深圳市钟表协会"


def test_the_city_s_ledgers_may_be_about_a_district() -> None:
    assert other_named(["南山区产业链党委台账"], Provider("municipal", "sz"), REGISTER) is None
