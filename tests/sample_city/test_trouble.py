"""Planted trouble on plans small enough to see through: what arrives, what must be found, and that truth stands."""

import datetime

import pandas

from sample_city import trouble
from sample_city.delivery import Delivery, FeedPlan

MARCH, APRIL = datetime.date(2025, 3, 3), datetime.date(2025, 4, 2)


def snapshot_plan() -> FeedPlan:
    """Two states of one district's instructors: A, then A and B."""
    first = pandas.DataFrame({"instructor_id": ["A"], "name": ["甲"], "phone": ["1"], "appointed_on": ["2024-01-01"]})
    second = pandas.concat([first, first.assign(instructor_id="B", name="乙")], ignore_index=True)
    truth = pandas.concat(
        [first.assign(state_on=pandas.Timestamp("2025-02-28")), second.assign(state_on=pandas.Timestamp("2025-03-31"))]
    ).assign(provider_type="district", provider_code="440303")
    deliveries = [
        Delivery("instructors", "district", "440303", MARCH, first.astype(object)),
        Delivery("instructors", "district", "440303", APRIL, second.astype(object)),
    ]
    return FeedPlan("instructors", truth, deliveries)


def event_plan() -> FeedPlan:
    """Two deliveries of one district's visits: V1 and V2, then V3."""
    rows = pandas.DataFrame(
        {
            "visit_id": ["V1", "V2", "V3"],
            "instructor_id": "A",
            "org_uscc": "X",
            "visited_on": "2025-03-01",
            "topic": None,
        },
        dtype=object,
    )
    truth = rows.assign(provider_type="district", provider_code="440303")
    deliveries = [
        Delivery("instructor_visits", "district", "440303", MARCH, rows.iloc[:2]),
        Delivery("instructor_visits", "district", "440303", APRIL, rows.iloc[2:]),
    ]
    return FeedPlan("instructor_visits", truth, deliveries)


def keys(delivery: Delivery) -> list[str]:
    return delivery.rows.iloc[:, 0].tolist()


def test_a_withheld_snapshot_takes_its_state_out_of_the_truth() -> None:
    plan = snapshot_plan()
    trouble.plant(plan, "440303", "2025-03-01", trouble.withhold)

    assert [delivery.status for delivery in plan.deliveries] == ["missing", "accepted"]
    assert plan.truth["instructor_id"].tolist() == ["A", "B"]


def test_withheld_events_come_with_the_next_delivery() -> None:
    plan = event_plan()
    trouble.plant(plan, "440303", "2025-03-01", trouble.withhold)

    assert keys(plan.deliveries[1]) == ["V1", "V2", "V3"]
    assert len(plan.truth) == 3


def test_the_last_delivery_is_never_troubled() -> None:
    plan = snapshot_plan()
    trouble.plant(plan, "440303", "2025-04-01", trouble.withhold)

    assert not any(delivery.planted for delivery in plan.deliveries)


def test_a_spoiled_snapshot_has_extra_rows_under_keys_of_nobody() -> None:
    plan = snapshot_plan()
    trouble.spoil(plan, plan.deliveries[1], column="appointed_on", wrong="2025-02-30", rows=1)
    spoiled = plan.deliveries[1]

    assert keys(spoiled) == ["A", "B", "YL000000"]
    assert spoiled.rows["appointed_on"].tolist() == ["2024-01-01", "2024-01-01", "2025-02-30"]
    assert (spoiled.quarantined, spoiled.duplicate, spoiled.status) == (1, 0, "accepted")


def test_spoiled_events_come_again_in_a_second_file_of_the_day() -> None:
    plan = event_plan()
    trouble.plant(plan, "440303", "2025-03-01", trouble.spoil, column="visited_on", wrong="2025-02-30", rows=1)
    spoiled, again, _ = plan.deliveries

    assert (spoiled.rows["visited_on"].tolist(), spoiled.quarantined) == (["2025-02-30", "2025-03-01"], 1)
    assert (keys(again), again.stem, again.rows["visited_on"].tolist()) == (["V1"], "2025-03-03-2", ["2025-03-01"])


def test_trouble_that_would_reject_the_whole_delivery_waits_for_a_larger_one() -> None:
    plan = event_plan()
    trouble.plant(plan, "440303", "2025-03-01", trouble.spoil, column="visited_on", wrong="2025-02-30", rows=2)

    assert not any(delivery.planted for delivery in plan.deliveries)


def test_repeated_rows_are_counted_as_duplicates() -> None:
    plan = event_plan()
    trouble.plant(plan, "440303", "2025-03-01", trouble.send_again, rows=2)

    assert (keys(plan.deliveries[1]), plan.deliveries[1].duplicate) == (["V3", "V1", "V2"], 2)


def test_a_correction_follows_the_faulty_file_of_the_same_day() -> None:
    plan = snapshot_plan()
    trouble.plant(plan, "440303", "2025-03-01", trouble.correct, column="name", wrong="？", rows=1)
    faulty, corrected, _ = plan.deliveries

    assert (faulty.rows["name"].tolist(), corrected.rows["name"].tolist()) == (["？"], ["甲"])
    assert (faulty.stem, corrected.stem) == ("2025-03-03", "2025-03-03-2")


def test_rejected_files_are_followed_by_the_right_one() -> None:
    for harm, details in ((trouble.garble, {}), (trouble.drop_column, {"column": "name"})):
        plan = snapshot_plan()
        trouble.plant(plan, "440303", "2025-03-01", harm, **details)

        assert [(delivery.status, delivery.sequence) for delivery in plan.deliveries] == [
            ("rejected", 0),
            ("accepted", 2),
            ("accepted", 0),
        ]
