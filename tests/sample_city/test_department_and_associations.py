"""The 2025 figures of the report, recounted with plain pandas over what is true in the sample city."""

import datetime
import functools

import pandas
import pytest

from sample_city import association_activity, associations, department, industry_chains, profession, volunteering
from sample_city.city import DEFAULT_END, DEFAULT_START, City
from sample_city.delivery import FeedPlan

DOMAINS = (association_activity, associations, department, industry_chains, profession, volunteering)


@functools.cache
def plans(volume: float) -> dict[str, FeedPlan]:
    return {
        feed: plan for domain in DOMAINS for feed, plan in domain.plan(City(DEFAULT_START, DEFAULT_END, volume)).items()
    }


@pytest.fixture(params=[0.002, 0.05])
def truth(request: pytest.FixtureRequest) -> dict[str, pandas.DataFrame]:
    return {feed: plan.truth for feed, plan in plans(request.param).items()}


def in_year(rows: pandas.DataFrame, column: str, year: int = 2025) -> pandas.DataFrame:
    return rows[rows[column].dt.year == year]


def at_the_end_of(rows: pandas.DataFrame, year: int) -> pandas.DataFrame:
    """The state in force at the year's end: of each provider the latest one."""
    known = rows[rows["state_on"] <= pandas.Timestamp(f"{year}-12-31")]
    return known[known["state_on"] == known.groupby("provider_code")["state_on"].transform("max")]


def test_associations_and_their_party_organisations(truth: dict[str, pandas.DataFrame]) -> None:
    now = at_the_end_of(truth["association_profiles"], 2025)
    before = at_the_end_of(truth["association_profiles"], 2024)

    assert now["party_org_managed_since"].notna().sum() == 864
    assert before["party_org_managed_since"].notna().sum() == 826
    city_level = now[now["is_city_level"]]
    assert city_level["supervising_department"].str.fullmatch("[^、]+").all()
    city_level_before = before[before["is_city_level"]]
    assert not city_level_before["supervising_department"].fillna("").str.fullmatch("[^、]+").all()


def test_leader_reviews(truth: dict[str, pandas.DataFrame]) -> None:
    reviews = in_year(truth["leader_reviews"], "reviewed_on")

    assert len(reviews) == reviews["review_id"].nunique() == 908
    assert reviews["association_uscc"].nunique() == 166
    assert reviews["association_uscc"].isin(truth["association_profiles"]["uscc"]).all()


def test_exhibitions_and_served_enterprises(truth: dict[str, pandas.DataFrame]) -> None:
    events = in_year(truth["association_events"], "held_on")
    services = in_year(truth["association_services"], "served_on")

    assert 9_000 <= (events["kind"] == "展会").sum() < 10_000
    assert 100_000 <= services["enterprise_uscc"].nunique() < 200_000
    assert services.groupby("enterprise_uscc")["provider_code"].nunique().max() > 1


def test_chain_committees(truth: dict[str, pandas.DataFrame]) -> None:
    committees = at_the_end_of(truth["chain_committees"], 2025)

    assert committees["dissolved_on"].isna().sum() == 73
    assert len(in_year(committees, "founded_on")) == 5
    assert len(at_the_end_of(truth["chain_committees"], 2024)) == 70


def test_chain_members_stand_in_two_chains_and_count_once(truth: dict[str, pandas.DataFrame]) -> None:
    members = at_the_end_of(truth["chain_members"], 2025)
    chains_of = members.groupby("uscc")["chain_id"].agg(["nunique", "size"])
    output_cny = members.groupby("uscc")["output_cny"].max().sum()

    assert 9_500 <= len(chains_of) < 9_600
    assert (chains_of["nunique"] == chains_of["size"]).all()
    assert (chains_of["nunique"] == 2).sum() == 1_414
    assert 1e12 < output_cny < 1.2e12
    assert (members.groupby("uscc")["output_cny"].nunique() == 2).any()
    committees = at_the_end_of(truth["chain_committees"], 2025).set_index("chain_id")["founded_on"]
    assert (members["chain_id"].map(committees) <= members["joined_on"]).all()


def test_little_giants_of_which_some_stand_in_two_chains(truth: dict[str, pandas.DataFrame]) -> None:
    members = at_the_end_of(truth["chain_members"], 2025)
    giants = members[members["little_giant_since"].notna()]

    assert 90 <= giants["uscc"].nunique() < 100 < len(giants)


def test_task_lists(truth: dict[str, pandas.DataFrame]) -> None:
    tasks = at_the_end_of(truth["task_list"], 2025)
    governance = tasks[tasks["programme"] == "党建引领基层治理"]

    assert tasks.loc[tasks["programme"] == "新就业群体友好城市建设", "task_id"].nunique() == 60
    assert governance["responsible_unit"].nunique() == 37
    assert governance.loc[governance["year"] == 2025, "task_id"].nunique() == 21
    assert (tasks.groupby("task_id")["responsible_unit"].nunique() > 1).all()
    assert (tasks["done_on"].notna() == (tasks["status"] == "已完成")).all()
    assert 0 < (governance["status"] == "已完成").mean() < 1


def test_lookbacks_and_awards(truth: dict[str, pandas.DataFrame]) -> None:
    awards = in_year(truth["recognitions"], "awarded_on")["award"].value_counts().to_dict()

    assert in_year(truth["review_lookbacks"], "visited_on")["unit"].nunique() == 29
    assert awards == {
        "党建强发展强典型案例": 17,
        "省级志愿服务四个最": 17,
        "广东省国际志愿服务优秀典型案例": 14,
        "每周一评优秀案例": 13,
        "全国志愿服务四个100": 4,
    }


def test_examination(truth: dict[str, pandas.DataFrame]) -> None:
    results = truth["exam_results"]
    of_2025 = results[results["exam_year"] == 2025]

    assert 58_000 <= of_2025["id_card"].nunique() < 59_000
    assert of_2025.duplicated("id_card").any()
    assert of_2025.loc[of_2025["passed_all"], "id_card"].nunique() == 12_114
    assert (of_2025["passed_all"] == (of_2025["papers_taken"] == of_2025["papers_passed"])).all()
    assert results.loc[results["exam_year"] == 2024, "id_card"].nunique() < 58_000
    assert results["candidate_no"].is_unique


def test_examination_results_come_in_august_and_the_rest_with_the_year() -> None:
    deliveries = [each for each in plans(0.002)["exam_results"].deliveries if each.sequence == 0]
    years = [(each.delivered_on, set(each.rows["exam_year"])) for each in deliveries]

    assert [(delivered_on.year, exam_years) for delivered_on, exam_years in years] == [
        (2025, {2024}),
        (2025, {2025}),
        (2026, {2025}),
    ]
    assert years[1][0] == datetime.date(2025, 8, 20)


def test_senior_social_workers_are_gained_over_the_year(truth: dict[str, pandas.DataFrame]) -> None:
    seniors = [
        rows.loc[rows["level"] == "高级社会工作师", "id_card"].nunique()
        for rows in (at_the_end_of(truth["social_workers"], year) for year in (2024, 2025))
    ]

    assert seniors == [56, 70]


def test_publicity_week(truth: dict[str, pandas.DataFrame]) -> None:
    events = in_year(truth["publicity_events"], "held_on")

    assert 200 <= events["agency_uscc"].nunique() < 300
    assert 360 <= len(events) < 400
    assert set(events["held_on"].dt.month) == {3}


def test_one_person_on_two_platforms_with_different_districts(truth: dict[str, pandas.DataFrame]) -> None:
    volunteers = truth["volunteers"]
    of_person = volunteers.groupby("id_card").agg(
        platforms=("provider_code", "nunique"),
        rows=("volunteer_id", "size"),
        districts=("district_code", "nunique"),
        moments=("updated_at", "nunique"),
    )

    assert (of_person["platforms"] == of_person["rows"]).all()
    assert (of_person["moments"] == of_person["rows"]).all()
    assert 0.05 < (of_person["platforms"] == 2).mean() < 0.15
    assert (of_person["districts"] == 2).any()


def test_hours_are_of_volunteers_who_were_registered_by_then(truth: dict[str, pandas.DataFrame]) -> None:
    hours = truth["volunteer_hours"].merge(truth["volunteers"], on=["provider_code", "volunteer_id"], how="left")

    assert truth["volunteer_hours"]["record_id"].is_unique
    assert (hours["registered_on"] <= hours["served_on"]).all()
    assert hours["hours"].between(0.5, 24).all()


def test_volunteers_serve_on_days_off_in_november_and_little_at_new_year() -> None:
    served_on = plans(0.05)["volunteer_hours"].truth["served_on"]
    served_on = served_on[served_on.dt.year == 2025]
    by_month = served_on.dt.month.value_counts()
    a_day = served_on.value_counts()

    assert by_month.idxmax() == 11
    assert a_day[a_day.index.day_of_week >= 5].mean() > 1.3 * a_day[a_day.index.day_of_week < 5].mean()
    assert a_day.loc[pandas.date_range("2025-01-28", "2025-02-04")].mean() < 0.6 * a_day.mean()


def test_requests_are_matched_before_they_are_done(truth: dict[str, pandas.DataFrame]) -> None:
    requests = truth["help_requests"]
    done = requests[requests["done_at"].notna()]

    assert (done["requested_at"] <= done["matched_at"]).all()
    assert (done["matched_at"] <= done["done_at"]).all()
    assert requests["matched_at"].isna().any()
    assert set(requests["provider_code"]) == {"izhiyuan", "zhiyuanshenzhen", "yiyuanda"}


def test_what_is_planted_leaves_every_true_row_accepted_once() -> None:
    for feed, plan in plans(0.002).items():
        came = [delivery for delivery in plan.deliveries if delivery.status == "accepted"]
        good = sum(len(delivery.rows) - delivery.quarantined - delivery.duplicate for delivery in came)
        corrected = sum(len(delivery.rows) for delivery in came if delivery.planted == "correction")
        assert good - corrected == len(plan.truth), feed


def test_every_feed_of_files_has_some_trouble() -> None:
    kinds = {feed: {each.planted for each in plan.deliveries if each.planted} for feed, plan in plans(0.002).items()}

    assert all(kinds.values()), kinds
    assert {"missing", "late", "unreadable", "required column missing"} <= set().union(*kinds.values())


def test_a_window_in_which_no_quarter_and_no_year_ends_still_has_a_plan() -> None:
    city = City(datetime.date(2025, 4, 1), datetime.date(2025, 5, 31), 0.002)
    feeds = {feed: plan for domain in DOMAINS for feed, plan in domain.plan(city).items()}

    assert feeds["exam_results"].deliveries == feeds["association_profiles"].deliveries == []
    assert feeds["association_profiles"].truth.empty
    assert len(feeds["task_list"].deliveries) >= 2
    assert city.contains(feeds["volunteer_hours"].truth["served_on"]).all()
