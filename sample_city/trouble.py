"""Planted trouble: what goes wrong between an office and a warehouse, without changing what is true in the end.

Every function takes a plan and one of its deliveries, and puts deliveries in its place that say in ``planted``,
``status``, ``quarantined`` and ``duplicate`` what must be found.
"""

import dataclasses
import datetime
from collections.abc import Callable

import pandas

from pipelines.contracts import Contract
from sample_city.delivery import PROVIDER_COLUMNS, Delivery, FeedPlan

UNREGISTERED_PROVIDER = "440399"
FEW_ROWS = 12
"""So many rows have trouble in what a platform serves."""
LOST_PRECISION = "4.40301E+17"
NO_TABLE = "<html><body>登录超时，请重新登录（样例）</body></html>".encode()


def plant(
    plan: FeedPlan, provider_code: str, day: str, trouble: Callable[..., None], *, rows: int = 0, **details: object
) -> None:
    """Makes ``trouble`` of the provider's first ordinary delivery on or after ``day`` that has rows enough for it.

    Nothing happens where the window has no such delivery, or where it is the provider's last: what is true at the
    window's end must arrive. ``rows`` and ``details`` go to the trouble.
    """
    first_day = datetime.date.fromisoformat(day)
    sizes = {"rows": rows} if rows else {}
    least = 2 * rows if trouble is spoil else rows  # with more bad rows than good ones the whole delivery is rejected
    for delivery in plan.of(provider_code)[:-1]:
        is_ordinary = not delivery.planted and not delivery.sequence
        if delivery.delivered_on >= first_day and is_ordinary and len(delivery.rows) >= least:
            trouble(plan, delivery, **sizes, **details)
            return


def withhold(plan: FeedPlan, delivery: Delivery) -> None:
    """The delivery never comes. A snapshot's state is lost; other rows come with the provider's next delivery."""
    following = _next(plan, delivery)
    plan.replace(delivery, dataclasses.replace(delivery, planted="missing", status="missing"))
    if plan.contract.mode == "snapshot":
        lost = _rows_of_provider(plan, delivery) & plan.truth["state_on"].eq(_state_on(plan, delivery))
        plan.truth = plan.truth[~lost].reset_index(drop=True)
        return
    keys = [column.name for column in plan.contract.keys]
    rows = pandas.concat([delivery.rows, following.rows]).drop_duplicates(keys, keep="last")
    plan.replace(following, dataclasses.replace(following, rows=rows))


def delay(plan: FeedPlan, delivery: Delivery, days: int) -> None:
    """The delivery comes that many days later, after it was due."""
    late_on = delivery.delivered_on + datetime.timedelta(days=days)
    plan.replace(delivery, dataclasses.replace(delivery, delivered_on=late_on, planted="late"))


def correct(plan: FeedPlan, delivery: Delivery, column: str, wrong: object, rows: int) -> None:
    """The first ``rows`` rows come with a wrong value, and the whole file again, corrected, under the next number."""
    faulty = _with_values(delivery.rows, column, [wrong] * rows)
    plan.replace(
        delivery,
        dataclasses.replace(delivery, rows=faulty),
        dataclasses.replace(delivery, sequence=2, planted="correction"),
    )


def repeat_bytes(plan: FeedPlan, delivery: Delivery) -> None:
    """The same file comes again under another name."""
    again = dataclasses.replace(delivery, sequence=3, planted="same bytes again", status="repeated", bytes_of=delivery)
    plan.replace(delivery, delivery, again)


def drop_column(plan: FeedPlan, delivery: Delivery, column: str) -> None:
    """The file comes without a required column, and again as it should be."""
    broken = dataclasses.replace(
        delivery, planted="required column missing", status="rejected", without_columns=(column,)
    )
    plan.replace(delivery, broken, dataclasses.replace(delivery, sequence=2))


def garble(plan: FeedPlan, delivery: Delivery) -> None:
    """Something comes that is no table at all, and the file again as it should be."""
    broken = dataclasses.replace(delivery, planted="unreadable", status="rejected", payload=NO_TABLE)
    plan.replace(delivery, broken, dataclasses.replace(delivery, sequence=2))


def impersonate(plan: FeedPlan, delivery: Delivery) -> None:
    """The same rows come from a provider that nobody registered, too."""
    stranger = dataclasses.replace(
        delivery, provider_code=UNREGISTERED_PROVIDER, planted="unregistered provider", status="rejected"
    )
    plan.replace(delivery, delivery, stranger)


def spoil(plan: FeedPlan, delivery: Delivery, column: str, wrong: object, rows: int) -> None:
    """The first ``rows`` rows come with a value that can't be accepted.

    Those of a snapshot are extra rows with keys of their own; others come again, right, in a second file of the day.
    """
    name = f"bad {column}"
    if plan.contract.mode == "snapshot":
        extra = _with_values(_strangers(plan, delivery.rows.iloc[:rows]), column, [wrong] * rows)
        everything = pandas.concat([delivery.rows, extra])
        plan.replace(delivery, dataclasses.replace(delivery, rows=everything, planted=name, quarantined=rows))
        return
    spoiled = _with_values(delivery.rows, column, [wrong] * rows)
    plan.replace(
        delivery,
        dataclasses.replace(delivery, rows=spoiled, planted=name, quarantined=rows),
        dataclasses.replace(delivery, rows=delivery.rows.iloc[:rows], sequence=2),
    )


def spoiled(rows: pandas.DataFrame, contract: Contract, column: str, wrong: str | float) -> pandas.DataFrame:
    """The rows, which a platform serves, under keys of their own and with a value that can't be accepted."""
    return rows.assign(**{column: wrong, contract.keys[0].name: [f"CW{number:02d}" for number in range(len(rows))]})


def repeat_rows(plan: FeedPlan, delivery: Delivery, rows: int) -> None:
    """The first ``rows`` rows stand in the file twice, the same each time."""
    doubled = pandas.concat([delivery.rows, delivery.rows.iloc[:rows]])
    plan.replace(delivery, dataclasses.replace(delivery, rows=doubled, planted="repeated keys", duplicate=rows))


def send_again(plan: FeedPlan, delivery: Delivery, rows: int) -> None:
    """The next delivery of an append feed brings the first ``rows`` rows of this one again."""
    following = _next(plan, delivery)
    doubled = pandas.concat([following.rows, delivery.rows.iloc[:rows]])
    plan.replace(following, dataclasses.replace(following, rows=doubled, planted="repeated keys", duplicate=rows))


def _next(plan: FeedPlan, delivery: Delivery) -> Delivery:
    own = plan.of(delivery.provider_code)
    return own[next(number for number, each in enumerate(own) if each is delivery) + 1]


def _rows_of_provider(plan: FeedPlan, delivery: Delivery) -> "pandas.Series[bool]":
    return (plan.truth[PROVIDER_COLUMNS] == list(delivery.provider)).all(axis=1)


def _state_on(plan: FeedPlan, delivery: Delivery) -> pandas.Timestamp:
    """The last state of the truth that was over when the delivery came."""
    states = plan.truth.loc[plan.truth["state_on"].le(pandas.Timestamp(delivery.delivered_on)), "state_on"]
    return pandas.Timestamp(states.max())


def _strangers(plan: FeedPlan, rows: pandas.DataFrame) -> pandas.DataFrame:
    """The rows under keys that nobody has, where the key is the office's own number."""
    key = plan.contract.keys[0]
    return _with_values(rows, key.name, [f"YL{number:06d}" for number in range(len(rows))])


def _with_values(rows: pandas.DataFrame, column: str, values: list[object]) -> pandas.DataFrame:
    """The rows with other values in the first cells of a column."""
    changed = [*values, *rows[column].tolist()[len(values) :]]
    return rows.assign(**{column: pandas.Series(changed, index=rows.index, dtype=object)})
