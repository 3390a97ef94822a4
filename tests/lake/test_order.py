"""The lake depends on the set of deliveries alone: on no order of arrival, no division into nights, no repetition.

Random schedules run through the real intake. What is then registered for dbt must be what one single night
makes of the same deliveries, and what the rules say of them, written down here once more in plain Python.

``make faults`` tries many more schedules than a usual run.
"""

import collections
import csv
import dataclasses
import datetime
import io
import pathlib
import tempfile
from collections.abc import Iterable, Iterator

import duckdb
import hypothesis
import pytest
from hypothesis import strategies

from pipelines import contracts, districts, providers, settings
from pipelines.home import Home
from pipelines.intake import Intake, Replay
from pipelines.lake import ledger
from pipelines.warehouse import registration
from tests.dbt_project.building import Build

pytestmark = pytest.mark.fault(
    "Any order of arrival",
    "random schedules of deliveries, corrections, repetitions, late arrivals, nights joined, divided and "
    "replayed, against a model of their own",
    "the lake that one single night makes of the same deliveries",
)

FEEDS = ("service_records", "appeals", "compounds")  # append, upsert, snapshot
STATUSES = {"current", "superseded", "duplicate"}
DISTRICTS = tuple(districts.DISTRICTS)[:3]
NEWCOMER = DISTRICTS[2]  # registered since the third day only
LAST_DAY = 8
TOLERATED_BAD_SHARE = 0.5


WORKED = {1: 1, 2: 2, 3: 3, 4: 3, 5: 3, 6: 6}  # of each day the last on which people worked: 4 and 5 are a weekend
QUARTER_ENDS = 6


def on(day: int) -> datetime.date:
    """The first days are those of a month that is over when the later ones come, so that its batches are folded.

    They are the last days of a quarter: a list may report it before its end.
    """
    return datetime.date(2025, 3, 26) + datetime.timedelta(days=day - 1)


@dataclasses.dataclass(frozen=True)
class Row:
    """A row by its key; without a key it is refused, and beside one with another amount under its key."""

    key: str
    amount: int


@dataclasses.dataclass(frozen=True)
class Delivery:
    provider: str
    day: int
    sequence: int
    rows: tuple[Row, ...]

    @property
    def file_name(self) -> str:
        return f"{on(self.day)}{f'-{self.sequence}' if self.sequence else ''}.csv"

    @property
    def order(self) -> tuple[int, int]:
        return (self.day, self.sequence)


@dataclasses.dataclass(frozen=True)
class Step:
    """What lands, the day of the night that then runs, how often it does, and the days that it reads again."""

    landing: tuple[Delivery, ...]
    day: int
    times: int = 1
    replay: tuple[int, int] | None = None


ROWS = strategies.builds(Row, strategies.sampled_from(["A", "B", "C", ""]), strategies.integers(1, 3))


@strategies.composite
def deliveries(draw: strategies.DrawFn, count: tuple[int, int]) -> list[Delivery]:
    """Few contents, so that the same bytes come again under other names; a sequence of 2 is a correction."""
    contents = draw(strategies.lists(strategies.lists(ROWS, max_size=4).map(tuple), min_size=2, max_size=4))
    names = strategies.tuples(
        strategies.sampled_from(DISTRICTS), strategies.integers(1, 6), strategies.sampled_from([0, 2])
    )
    return [
        Delivery(*name, draw(strategies.sampled_from(contents)))
        for name in draw(strategies.lists(names, min_size=count[0], max_size=count[1], unique=True))
    ]


@strategies.composite
def schedules(draw: strategies.DrawFn, count: tuple[int, int] = (2, 8)) -> list[Step]:
    """Any order of arrival, divided over any nights; the last night has come to the end of the days."""
    waiting = draw(deliveries(count).flatmap(strategies.permutations))
    steps = []
    for _ in range(draw(strategies.integers(0, 2))):
        landing = draw(strategies.integers(0, len(waiting)))
        day, times = draw(strategies.integers(1, LAST_DAY)), draw(strategies.integers(1, 2))
        replay = draw(strategies.none() | strategies.just((1, day)) | strategies.just((day, day)))
        steps.append(Step(tuple(waiting[:landing]), day, times, replay))
        waiting = waiting[landing:]
    return [*steps, Step(tuple(waiting), LAST_DAY, draw(strategies.integers(1, 2)))]


@pytest.mark.long
@hypothesis.given(feed=strategies.sampled_from(FEEDS), schedule=schedules())
@hypothesis.example(  # the first of the same bytes is rejected, and comes last
    feed="compounds",
    schedule=[
        Step((Delivery(NEWCOMER, 5, 0, (Row("A", 1),)),), 5),
        Step((Delivery(NEWCOMER, 1, 0, (Row("A", 1),)), Delivery(NEWCOMER, 6, 0, (Row("A", 1),))), 8),
    ],
)
@hypothesis.example(  # the same bytes three times, latest first, with a replay between
    feed="appeals",
    schedule=[
        Step((Delivery(DISTRICTS[0], 6, 0, (Row("A", 1), Row("", 1), Row("B", 1))),), 6),
        Step((Delivery(DISTRICTS[0], 4, 2, (Row("A", 1), Row("", 1), Row("B", 1))),), 6, 2, (6, 6)),
        Step((Delivery(DISTRICTS[0], 2, 0, (Row("A", 1), Row("", 1), Row("B", 1))),), 8),
    ],
)
@hypothesis.example(  # the first days are read again when their batches are folded and swept
    feed="appeals",
    schedule=[
        Step((Delivery(DISTRICTS[0], 1, 0, (Row("A", 1),)),), 1),
        Step((Delivery(DISTRICTS[0], 2, 0, (Row("B", 1),)),), 2),
        Step((), LAST_DAY, 2, (1, 1)),
    ],
)
def test_the_lake_depends_on_the_set_of_deliveries_alone(feed: str, schedule: list[Step]) -> None:
    delivered = {delivery for step in schedule for delivery in step.landing}
    with tempfile.TemporaryDirectory() as folder:
        taken = registered(run(pathlib.Path(folder, "scheduled"), {feed: schedule}), feed)
        at_once = {feed: [Step(tuple(delivered), LAST_DAY)]}
        assert taken == registered(run(pathlib.Path(folder, "at-once"), at_once), feed)
    assert ledger_of(taken) == dict(expected_ledger(feed, delivered))
    assert refused_of(taken) == expected_refused(feed, delivered)
    assert rows_of(taken, feed) == sorted(
        (*name_of(delivery), number, row.key, row.amount) for delivery, number, row in effective_rows(feed, delivered)
    )


@pytest.mark.long
@hypothesis.settings(max_examples=1)
@hypothesis.given(strategies.fixed_dictionaries({feed: schedules((16, 24)) for feed in FEEDS}))
def test_staging_tells_current_from_superseded_and_duplicate_rows(steps: dict[str, list[Step]]) -> None:
    statuses = {
        feed: sorted(expected_statuses(feed, {delivery for step in steps[feed] for delivery in step.landing}))
        for feed in FEEDS
    }
    found = {feed: {status for *_, status in statuses[feed]} for feed in FEEDS}
    hypothesis.assume(found["service_records"] == STATUSES)
    hypothesis.assume(all("superseded" in found[feed] for feed in FEEDS))
    with tempfile.TemporaryDirectory() as folder:
        home = run(pathlib.Path(folder, "home"), steps)
        build = Build(pathlib.Path(folder))
        registration.register(home, build.database, on(LAST_DAY))
        results = build.dbt("run", "--select", "stg_deliveries", *(f"stg_{feed}" for feed in FEEDS))
        assert {result.status for result in results.values()} == {"success"}
        for feed in FEEDS:
            told = f"select provider_code, file_name, _source_row - 1, row_status from staging.stg_{feed} order by all"
            assert build.query(told) == statuses[feed]


def run(root: pathlib.Path, schedule_of: dict[str, list[Step]]) -> Home:
    """A home in which each feed's schedule has run."""
    home = settings.home(root)
    home.make_folders()
    register = [
        each.model_copy(update={"active_from": on(3)}) if each.provider_code == NEWCOMER else each
        for each in providers.initial_providers(active_from=on(1))
    ]
    providers.write_register(home.providers_file, register)
    for feed, schedule in schedule_of.items():
        for step in schedule:
            for delivery in step.landing:
                path = home.landing / "district" / delivery.provider / feed / delivery.file_name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(written(feed, delivery), "utf-8")
            for _ in range(step.times):
                ledger.sweep(home)
                Intake(home, on(step.day)).take(contracts.contract_of(feed))
            if step.replay:
                first, last = step.replay
                ledger.sweep(home)
                Intake(home, on(last)).take(contracts.contract_of(feed), Replay(on(first), on(last)))
    return home


def written(feed: str, delivery: Delivery) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    if feed == "service_records":
        writer.writerow(["服务记录编号", "项目编号", "服务类型", "服务领域", "服务日期", "服务人次"])
        writer.writerows((row.key, "P1", "个案", "社会福利", "2025-01-02", row.amount) for row in delivery.rows)
    elif feed == "appeals":
        writer.writerow(["诉求编号", "受理时间", "诉求来源", "诉求类别", "办理时限", "满意度"])
        writer.writerows(
            (row.key, "2025-01-02 10:00", "热线", "停车", "2025-01-09", row.amount) for row in delivery.rows
        )
    else:
        writer.writerow(["小区编号", "小区名称", "街道", "社区", "户数"])
        writer.writerows((row.key, "某小区", "某街道", "某社区", row.amount) for row in delivery.rows)
    return buffer.getvalue()


Table = list[dict[str, object]]


def registered(home: Home, feed: str) -> dict[str, Table]:
    """What dbt would read of a feed; of its deliveries all but when they were received."""
    database = home.build / "registered.duckdb"
    registration.register(home, database, on(LAST_DAY))
    queries = {
        "rows": f"from raw.{feed}",
        "deliveries": "select * exclude (received_at) from ops.deliveries",
        "refused": "from ops.quarantined_rows",
    }
    with duckdb.connect(str(database)) as connection:
        return {
            name: connection.execute(f"{query} order by all").to_arrow_table().to_pylist()
            for name, query in queries.items()
        }


def ledger_of(taken: dict[str, Table]) -> dict[object, object]:
    return {
        (each["provider_code"], each["file_name"]): tuple(
            each[name] for name in ("status", "rows_read", "accepted", "quarantined")
        )
        for each in taken["deliveries"]
    }


def refused_of(taken: dict[str, Table]) -> collections.Counter[object]:
    names = {each["delivery_id"]: (each["provider_code"], each["file_name"]) for each in taken["deliveries"]}
    return collections.Counter(names[each["delivery_id"]] for each in taken["refused"])


def rows_of(taken: dict[str, Table], feed: str) -> list[tuple[object, ...]]:
    key, amount = {
        "service_records": ("record_id", "person_times"),
        "appeals": ("appeal_id", "satisfaction"),
        "compounds": ("compound_id", "households"),
    }[feed]
    return sorted(
        (row["_provider_code"], row["_file_name"], row["_source_row"] - 1, row[key], row[amount])
        for row in taken["rows"]
    )


# The rules once more. Nothing below knows how the pipeline does it.


def name_of(delivery: Delivery) -> tuple[str, str]:
    return (delivery.provider, delivery.file_name)


def has_defect(delivery: Delivery, row: Row) -> bool:
    """Without a key; or another row of the delivery has another amount under the same key."""
    return not row.key or any(each.key == row.key and each.amount != row.amount for each in delivery.rows)


def bad_count(delivery: Delivery) -> int:
    """Rows are not compared where too many of them have no key."""
    without_key = sum(not row.key for row in delivery.rows)
    if without_key > TOLERATED_BAD_SHARE * len(delivery.rows):
        return without_key
    return sum(has_defect(delivery, row) for row in delivery.rows)


def is_registered(delivery: Delivery) -> bool:
    return delivery.provider != NEWCOMER or delivery.day >= 3


def is_usable(delivery: Delivery) -> bool:
    return is_registered(delivery) and bad_count(delivery) <= TOLERATED_BAD_SHARE * len(delivery.rows)


def verdicts(feed: str, delivered: Iterable[Delivery]) -> dict[Delivery, str]:
    """What becomes of each delivery; the same rows are the same bytes here."""
    found: dict[Delivery, str] = {}
    before: dict[str, tuple[Delivery, str]] = {}  # the last accepted one of each provider, and the period it reports
    for delivery in sorted(delivered, key=lambda each: each.order):
        former, former_period = before.get(delivery.provider, (None, None))
        period = period_of(feed, delivery, former_period)
        is_same = former is not None and former.rows == delivery.rows
        is_list = feed == "compounds"
        if not is_usable(delivery):
            found[delivery] = "rejected"
        elif is_same and (period == former_period or (delivery.rows and not is_list)):
            found[delivery] = "repeated"
        elif is_list and former is not None and former.rows and not delivery.rows:
            found[delivery] = "rejected"
        else:
            found[delivery] = "accepted"
            before[delivery.provider] = delivery, period
    return found


def period_of(feed: str, delivery: Delivery, former: str | None) -> str:
    if feed != "compounds":
        return str(WORKED[delivery.day])
    return "the year before's last quarter" if delivery.day < QUARTER_ENDS and former is None else "the first quarter"


def accepted(feed: str, delivered: Iterable[Delivery]) -> list[Delivery]:
    """The deliveries that count, oldest first."""
    return [delivery for delivery, status in verdicts(feed, delivered).items() if status == "accepted"]


def effective_rows(feed: str, delivered: Iterable[Delivery]) -> Iterator[tuple[Delivery, int, Row]]:
    """Every row that counts with its place in its delivery, the header's being 0; oldest delivery first."""
    for delivery in accepted(feed, delivered):
        for number, row in enumerate(delivery.rows, start=1):
            if not has_defect(delivery, row):
                yield delivery, number, row


def expected_ledger(feed: str, delivered: Iterable[Delivery]) -> Iterator[tuple[object, object]]:
    for delivery, status in verdicts(feed, delivered).items():
        rows, bad = len(delivery.rows), bad_count(delivery)
        if not is_registered(delivery):
            yield name_of(delivery), ("rejected", 0, 0, 0)
        elif status == "rejected":
            yield name_of(delivery), ("rejected", rows, 0, rows)
        elif status == "repeated":
            yield name_of(delivery), ("repeated", 0, 0, 0)
        else:
            yield name_of(delivery), ("accepted", rows, rows - bad, bad)


def expected_refused(feed: str, delivered: Iterable[Delivery]) -> collections.Counter[object]:
    """The cells refused of each delivery that was read and is no repetition: one of each row with a defect."""
    return +collections.Counter(
        {
            name_of(each): bad_count(each)
            for each, status in verdicts(feed, delivered).items()
            if is_registered(each) and status != "repeated"
        }
    )


def expected_statuses(feed: str, delivered: Iterable[Delivery]) -> Iterator[tuple[str, str, int, str]]:
    """append: a row that says what the row of its key before says is a duplicate; of the others the last counts.
    upsert: a key's newest. snapshot: those of the provider's newest delivery.

    Inside a delivery of an upsert or a snapshot the last row of a key counts, and the others are duplicates.
    """
    rows = list(effective_rows(feed, delivered))
    said: dict[tuple[str, str], list[tuple[Delivery, int, int]]] = {}  # of an event, by key: what was said anew
    for delivery, number, row in rows:
        news = said.setdefault((delivery.provider, row.key), [])
        if not news or news[-1][2] != row.amount:
            news.append((delivery, number, row.amount))
    newest = {(delivery.provider, row.key): delivery for delivery, _, row in rows}
    in_force = {delivery.provider: delivery for delivery in accepted(feed, delivered)}
    last_in_delivery = {(delivery, row.key): number for delivery, number, row in rows}
    for delivery, number, row in rows:
        key = (delivery.provider, row.key)
        if feed == "service_records":
            news = said[key]
            is_new = any(each[:2] == (delivery, number) for each in news)
            status = ("current" if news[-1][:2] == (delivery, number) else "superseded") if is_new else "duplicate"
        elif last_in_delivery[delivery, row.key] != number:
            status = "duplicate"
        else:
            now = newest[key] if feed == "appeals" else in_force[delivery.provider]
            status = "current" if now == delivery else "superseded"
        yield *name_of(delivery), number, status
