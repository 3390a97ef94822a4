"""The 2025 figures that come from the districts, recounted with plain pandas over what is true in the sample city."""

import functools

import pandas
import pytest

from sample_city import appeals, governance, new_employment, party, residential, review, services
from sample_city.city import City
from sample_city.delivery import FeedPlan

DOMAINS = (appeals, governance, new_employment, party, residential, review, services)
END_OF_2024, END_OF_2025 = pandas.Timestamp("2024-12-31"), pandas.Timestamp("2025-12-31")

Truth = dict[str, pandas.DataFrame]


@functools.cache
def plans(volume: float) -> dict[str, FeedPlan]:
    return {feed: plan for domain in DOMAINS for feed, plan in domain.plan(City(volume=volume)).items()}


@pytest.fixture(params=[0.0005, 0.03])
def truth(request: pytest.FixtureRequest) -> Truth:
    return {feed: plan.truth for feed, plan in plans(request.param).items()}


def in_2025(rows: pandas.DataFrame, column: str) -> pandas.DataFrame:
    return rows[rows[column].dt.year == 2025]


def state(rows: pandas.DataFrame, on: pandas.Timestamp = END_OF_2025) -> pandas.DataFrame:
    """The state in force on a day: of each district the latest one."""
    known = rows[rows["state_on"] <= on]
    return known[known["state_on"] == known.groupby("provider_code")["state_on"].transform("max")]


def in_operation(rows: pandas.DataFrame) -> pandas.DataFrame:
    return rows[rows["closed_on"].isna() | (rows["closed_on"] > END_OF_2025)]


def party_coverage(truth: Truth, on: pandas.Timestamp) -> tuple[float, float]:
    enterprises = state(truth["enterprises"], on)
    qualifying = enterprises[enterprises["has_licence"] & enterprises["has_premises"] & enterprises["has_members"]]
    organisations = state(truth["social_organisations"], on)
    return qualifying["party_org_founded"].notna().mean(), organisations["party_org_founded"].notna().mean()


def test_party_coverage_rises(truth: Truth) -> None:
    before, now = party_coverage(truth, END_OF_2024), party_coverage(truth, END_OF_2025)

    assert 0.5 < before[0] < now[0] < 1
    assert 0.5 < before[1] < now[1] < 1


def test_appeals_collected_and_handled(truth: Truth) -> None:
    closed = in_2025(truth["appeals"], "received_at")["closed_at"].notna()

    assert 30_000 <= closed.sum() < 40_000
    assert not closed.all()


def test_most_appeals_are_closed_in_time_and_none_before_it_is_received(truth: Truth) -> None:
    appeals_2025 = in_2025(truth["appeals"], "received_at").dropna(subset="closed_at")

    assert 0.85 < (appeals_2025["closed_at"].dt.normalize() <= appeals_2025["due_date"]).mean() < 1
    assert (appeals_2025["closed_at"] >= appeals_2025["received_at"]).all()


def test_guidance_stations_and_studios(truth: Truth) -> None:
    stations = in_operation(state(truth["guidance_stations"]))["kind"].value_counts()

    assert 2_000 <= stations["党建工作指导站"] < 3_000
    assert stations["专精特新书记工作室"] > 0


def test_friendly_places(truth: Truth) -> None:
    places = in_operation(state(truth["friendly_places"]))["category"].value_counts()

    assert places["友好场景"] == 2_946
    assert 4_500 <= places["暖新商户"] < 4_600
    assert places["小哥工作室"] == 97


def test_all_sites_are_paired_at_the_end_of_2025_and_not_a_year_before(truth: Truth) -> None:
    now, before = state(truth["platform_sites"]), state(truth["platform_sites"], END_OF_2024)

    assert len(now) == (now["paired_on"].notna() & now["unpaired_on"].isna()).sum() == 841
    assert before["paired_on"].notna().mean() < 0.9


def test_free_homes_and_medicals(truth: Truth) -> None:
    benefits = in_2025(truth["care_benefits"], "granted_on")
    free = benefits[benefits["free"]]

    assert 1_000 <= free["homes"].sum() < 2_000
    assert 2_000 <= free.loc[free["kind"] == "司机健康月体检", "person_id_card"].nunique() < 3_000
    assert free["person_id_card"].duplicated().any()
    assert not benefits["free"].all()


def test_pilots(truth: Truth) -> None:
    pilots = state(truth["pilots"])
    counts = pilots["pilot"].value_counts()
    seniors = City().social_workers.set_index("social_worker_id")["level"]
    with_volunteers = pilots[pilots["pilot"] == "专业社工加志愿服务试点社区"]

    assert (counts["两社三中心试点区"], counts["社区运营试点社区"], len(with_volunteers)) == (6, 13, 30)
    assert (with_volunteers["senior_social_worker_id"].map(seniors) == "高级社会工作师").all()


def test_service_teams_posts_and_compounds_on_the_platform(truth: Truth) -> None:
    compounds = state(truth["compounds"])

    assert compounds["team_founded"].notna().sum() == 1_232
    assert 150 <= compounds["platform_since"].notna().sum() < 160
    assert len(in_operation(state(truth["service_posts"]))) == 2_852
    assert state(truth["compounds"], END_OF_2024)["team_founded"].notna().sum() < 1_232


def test_weekly_review(truth: Truth) -> None:
    sessions = in_2025(truth["review_sessions"], "held_on")
    orders = in_2025(truth["review_orders"], "reviewed_on")

    assert len(sessions) == 336
    assert set(sessions.loc[sessions["provider_type"] == "municipal", "level"]) == {"市级"}
    assert orders["order_id"].nunique() == 1_291
    assert set(orders["session_id"]) <= set(truth["review_sessions"]["session_id"])
    assert set(orders["appeal_id"].dropna()) <= set(truth["appeals"]["appeal_id"])


def test_the_steps_of_a_review_follow_each_other(truth: Truth) -> None:
    steps = truth["review_orders"][["reviewed_on", "supervised_on", "improved_on", "lifted_on"]]

    assert steps.apply(lambda order: order.dropna().is_monotonic_increasing, axis=1).all()
    assert 0.5 < steps.notna().all(axis=1).mean() < 1


def test_micro_projects(truth: Truth) -> None:
    approved = in_2025(truth["micro_projects"], "approved_on")
    for_three_groups = approved["beneficiary"].isin(["一老", "一小", "一困"])

    assert len(approved) > 10_000
    assert (for_three_groups & (approved["project_class"] == "服务类")).sum() == 6_594
    assert set(approved["compound_id"].dropna()) <= set(truth["compounds"]["compound_id"])


def test_service_projects_with_a_day_in_2025(truth: Truth) -> None:
    projects = truth["service_projects"]
    active = (projects["starts_on"] <= END_OF_2025) & (projects["ends_on"] >= pandas.Timestamp("2025-01-01"))

    assert projects.loc[active, "project_id"].nunique() == 1_161


def test_services(truth: Truth) -> None:
    records = in_2025(truth["service_records"], "served_on")
    by_type = records.groupby("service_type")

    assert 28_000 <= by_type["case_id"].nunique()["个案"] < 29_000
    assert 5_600 <= by_type["case_id"].nunique()["小组"] < 5_700
    assert 107_350 <= by_type.size()["社区活动"] < 107_450
    assert 354_550 <= by_type["person_times"].sum()["探访"] < 354_650
    assert 9_150_000 <= records["person_times"].sum() < 9_160_000
    assert records["field"].nunique() == 17


def test_services_are_given_while_their_project_runs(truth: Truth) -> None:
    records, projects = truth["service_records"], truth["service_projects"].drop_duplicates("project_id", keep="last")
    of_known = records.merge(projects[["project_id", "starts_on", "ends_on"]], on="project_id")

    assert of_known["served_on"].between(of_known["starts_on"], of_known["ends_on"]).all()
    assert len(of_known) > 0.99 * len(records)


def test_services_dip_at_the_chinese_new_year_and_on_weekends(truth: Truth) -> None:
    served_on = in_2025(truth["service_records"], "served_on")["served_on"]
    by_day = served_on.value_counts().sort_index()

    assert by_day["2025-01-28":"2025-02-04"].mean() < 0.4 * by_day["2025-03-03":"2025-03-07"].mean()
    assert by_day[by_day.index.day_of_week == 6].mean() < by_day[by_day.index.day_of_week == 2].mean()


def test_the_real_size_has_the_row_counts_of_the_specification() -> None:
    city = City(volume=1.0)

    assert 90_000 < len(party.enterprises(city)) <= 110_000
    assert 9_700 < len(party.social_organisations(city)) < 11_900
    assert 5_400 < len(residential.compounds(city)) < 6_600


def test_every_month_misses_one_delivery() -> None:
    months = [
        delivery.delivered_on
        for plan in plans(0.03).values()
        for delivery in plan.deliveries
        if delivery.status == "missing" and plan.contract.cadence == "monthly"
    ]
    assert sorted(day.month - 1 for day in months) == list(range(1, 12))


def test_every_kind_of_trouble_is_planted() -> None:
    planted = {delivery.planted for plan in plans(0.03).values() for delivery in plan.deliveries}

    assert planted >= {
        "missing",
        "late",
        "correction",
        "same bytes again",
        "required column missing",
        "unreadable",
        "unregistered provider",
        "repeated keys",
        "bad category",
        "bad uscc",
        "bad received_at",
    }
