"""What the suites refuse and only report that no contract implies, and bounds of the specification by hand."""

import pandas as pd
import pytest

from pipelines.contracts import contract_of
from tests.quality.suite_rows import RESIDENT_ID, refused, warned

RANGES = [  # feed, column, values inside, values outside
    ("appeals", "satisfaction", [1, 5], [0, 6]),
    ("friendly_places", "longitude", [113.7, 114.7], [113.69, 114.71, 22.5]),
    ("friendly_places", "latitude", [22.3, 22.9], [22.29, 22.91, 114.0]),
    ("micro_projects", "score", [0.0, 5.0], [-0.1, 5.1]),
    ("review_orders", "score", [0.0, 100.0], [-1.0, 100.5]),
    ("service_records", "person_times", [1, 4000], [0, -1]),
    ("volunteer_hours", "hours", [0.1, 24.0], [0.0, -1.0, 24.1]),
]


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


@pytest.mark.parametrize(("feed", "column", "inside", "outside"), RANGES)
def test_ranges_hold_their_ends_and_nothing_beyond(feed, column, inside, outside):
    said = refused(feed, *[{column: value} for value in inside + outside], {column: None})
    null = [(len(inside + outside), column, "not_be_null")] if contract_of(feed).column(column).must_be_filled else []
    assert said == [(len(inside) + place, column, "be_within") for place in range(len(outside))] + null


def test_a_wrong_check_digit_puts_the_row_into_quarantine():
    assert refused("member_transfers", {}, {"to_org_uscc": "911100006000373410"}, {"to_org_uscc": None}) == [
        (1, "to_org_uscc", "be_unified_social_credit_codes")
    ]
    assert refused("social_workers", {}, {"id_card": RESIDENT_ID[:-1] + "0"}) == [(1, "id_card", "be_resident_ids")]


def test_a_bad_telephone_number_costs_no_row():
    bad = {"contact_phone": "无"}
    assert refused("appeals", bad) == []
    assert warned("appeals", {}, bad) == [("contact_phone_be_phone_numbers", [1])]


@pytest.mark.parametrize(
    ("feed", "first", "last"),
    [
        ("chain_committees", "founded_on", "dissolved_on"),
        ("friendly_places", "opened_on", "closed_on"),
        ("guidance_stations", "opened_on", "closed_on"),
        ("member_transfers", "applied_on", "completed_on"),
        ("platform_sites", "paired_on", "unpaired_on"),
        ("service_posts", "opened_on", "closed_on"),
        ("service_projects", "starts_on", "ends_on"),
    ],
)
def test_nothing_ends_before_it_begins(feed, first, last):
    same_day = {first: day("2025-02-01"), last: day("2025-02-01")}
    before = {first: day("2025-02-02"), last: day("2025-02-01")}
    assert refused(feed, same_day, before) == [(1, first, "be_in_order")]


def test_an_appeal_is_not_closed_before_it_was_received():
    received = {"received_at": day("2025-02-01T09:00:00")}
    open_one = {**received, "closed_at": None}
    at_once = {**received, "closed_at": day("2025-02-01T09:00:00")}
    a_second_before = {**received, "closed_at": day("2025-02-01T08:59:59")}
    assert refused("appeals", open_one, at_once, a_second_before) == [(2, "received_at", "be_in_order")]


def test_an_appeal_may_be_closed_on_the_day_of_its_receipt_by_who_writes_no_time():
    received = {"received_at": day("2025-03-01T02:30")}  # UTC: half past ten in Shenzhen
    that_day, day_before = ({**received, "closed_at": day(f"2025-02-{of_month}T16:00")} for of_month in (28, 27))
    assert refused("appeals", that_day, day_before) == [(1, "received_at", "be_in_order")]


def test_a_date_written_as_a_number_is_no_year():
    assert refused("task_list", {"year": 2025}, {"year": 20250331}, {"year": 25}) == [
        (1, "year", "be_within"),
        (2, "year", "be_within"),
    ]
    assert refused("exam_results", {"exam_year": 2008}, {"exam_year": 202506}) == [(1, "exam_year", "be_within")]


def test_a_request_is_matched_before_it_is_done():
    request = {"requested_at": day("2025-02-01T09:00"), "matched_at": day("2025-02-01T10:00"), "done_at": None}
    assert refused("help_requests", request, {**request, "done_at": day("2025-02-01T09:30")}) == [
        (1, "requested_at", "be_in_order")
    ]


def test_the_steps_of_a_micro_project_follow_each_other_across_empty_ones():
    steps = ("demanded_on", "approved_on", "started_on", "finished_on", "evaluated_on")

    def project(*dates: str | None) -> dict[str, pd.Timestamp | None]:
        return dict(zip(steps, [text and day(text) for text in dates], strict=True))

    good = project("2025-01-01", "2025-01-05", None, "2025-02-01", "2025-02-01")
    barely_begun = project("2025-01-01", None, None, None, None)
    neighbours = project("2025-01-01", "2025-01-05", "2025-01-04", None, None)
    across_a_gap = project("2025-01-01", "2025-01-05", None, None, "2025-01-04")
    without_the_first = project(None, "2025-01-05", None, "2025-01-04", None)
    assert refused("micro_projects", good, barely_begun, neighbours, across_a_gap, without_the_first) == [
        (row, "demanded_on", "be_in_order") for row in (2, 3, 4)
    ]


def test_an_order_whose_loop_ran_backwards_arrives_and_is_reported():
    loop = {
        "reviewed_on": day("2025-02-03"),
        "supervised_on": day("2025-02-01"),
        "improved_on": None,
        "lifted_on": None,
    }
    assert refused("review_orders", loop) == []
    assert warned("review_orders", {}, loop) == [("reviewed_on_be_in_order", [1])]


def test_what_lies_after_the_day_of_the_delivery_in_shenzhen_is_refused():
    on_the_day = {"received_at": day("2025-03-03T15:59:59"), "closed_at": None}  # UTC: a second to midnight
    on_the_next = {"received_at": day("2025-03-03T16:00"), "closed_at": day("2025-03-03T17:00")}
    due_later = {"due_date": day("2025-12-31")}
    assert refused("appeals", on_the_day, on_the_next, due_later) == [
        (1, "closed_at", "not_be_in_the_future"),
        (1, "received_at", "not_be_in_the_future"),
    ]
    assert refused("compounds", {"team_founded": day("2025-03-03")}, {"team_founded": day("2025-03-04")}) == [
        (1, "team_founded", "not_be_in_the_future")
    ]


def test_case_work_without_a_case_is_reported():
    rows = [{"service_type": kind, "case_id": None} for kind in ("个案", "小组", "社区活动", "探访")]
    assert refused("service_records", *rows) == []
    assert warned("service_records", *rows) == [("case_id_not_be_null", [0, 1])]


def test_negative_amounts_are_reported():
    assert warned("micro_projects", {}, {"budget_cny": -0.5}) == [("budget_cny_be_within", [1])]
    assert warned("exam_results", {"papers_passed": 3, "papers_taken": 2}) == [("papers_passed_be_in_order", [0])]
