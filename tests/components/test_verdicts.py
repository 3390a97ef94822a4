"""What the checks of a feed say."""

import datetime

import dagster as dg

from pipelines.components.verdicts import check_results, check_specs
from pipelines.contracts import contract_of
from pipelines.home import Home
from pipelines.intake import Intake, Taken
from pipelines.lake import standing

PLACES = contract_of("friendly_places")
HEADER = "场所编号,场所名称,类别,启用日期"


def test_what_is_to_be_asked_of_a_provider_s_latest_list_is_a_warning_with_the_numbers(initialised: Home) -> None:
    landing = initialised.landing / "district" / "440303" / "friendly_places"
    landing.mkdir(parents=True)
    for name, rows in (("2025-02-03.csv", 4), ("2025-03-03.csv", 1)):
        lines = [f"P{number},某站,友好场景,2025-01-01" for number in range(rows)]
        (landing / name).write_text("\n".join((HEADER, *lines)), "utf-8")
    Intake(initialised, datetime.date(2025, 3, 3)).take(PLACES)

    now = standing.of_feed(initialised, PLACES)
    results = {each.check_name: each for each in check_results(initialised, PLACES, now, Taken(PLACES.feed))}

    assert list(results) == [spec.name for spec in check_specs(PLACES, dg.AssetKey(["raw", PLACES.feed]))]
    assert not results["deliveries_plausible"].passed
    assert results["deliveries_plausible"].metadata["remarks"].value.records[0].data == {
        "provider": "440303",
        "file": "2025-03-03.csv",
        "remark": "共1行，而上一份（2025-02-03.csv）有4行，少了75%，请核对（见读取说明“空表”）",
    }
