"""The interval in which a value must lie so that a printed figure is true.

The report of 2025 words its figures as ranges: 3万多, 近百, 超万亿, 10.74万. The rules below say which range each
wording stands for.
"""

import csv
import dataclasses
import re
from decimal import Decimal

from pipelines.settings import DBT_PROJECT_FOLDER

PRINTED_CLAIMS = DBT_PROJECT_FOLDER / "seeds" / "printed_claims.csv"
UNITS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
FIGURE = re.compile(r"(?P<number>\d+(?:\.\d+)?)?(?P<units>[十百千万亿]*)")


class UnreadableClaim(ValueError):
    """The figure is not a number, or the qualifier has no rule."""


@dataclasses.dataclass(frozen=True)
class Interval:
    """The values that make a claim true, in the indicator's unit. A bound of None means that there is no bound.

    ``above_year_before``: the lower bound is the value of the year before, which only the warehouse knows.
    """

    lower: Decimal | None
    includes_lower: bool
    upper: Decimal | None
    includes_upper: bool
    above_year_before: bool = False


def printed_intervals() -> dict[tuple[str | None, str], Interval]:
    """The interval of each wording, by figure and qualifier, that a claim was ever printed in.

    Raises:
        UnreadableClaim: a wording has no rule.
    """
    with PRINTED_CLAIMS.open(encoding="utf-8", newline="") as stream:
        wordings = {(line["figure"] or None, line["qualifier"]) for line in csv.DictReader(stream)}
    return {wording: interval(*wording) for wording in wordings}


def interval(figure: str | None, qualifier: str) -> Interval:
    """The interval for a figure as printed (``3万``, ``9500``, ``10.74万``, ``万亿``; None for ``all`` and ``rising``).

    ``place`` below is the place value of the last digit that is not zero: 10,000 in 3万, 100 in 9500 and in 10.74万.

    exact v: [v, v]; over (v多, v余, 逾v): [v, v + place); above (超v): (v, ∞); nearly (近v): [0.9 v, v);
    rounded: [v - place/2, v + place/2); all (全部, 一一对应): a ratio of 100 %; rising: (the year before, ∞).

    Raises:
        UnreadableClaim: the figure is no number, or the qualifier has no rule.
    """
    if qualifier == "all":
        return Interval(Decimal(100), True, Decimal(100), True)
    if qualifier == "rising":
        return Interval(None, False, None, False, above_year_before=True)
    value, place = _value_and_place(figure)
    rules = {
        "exact": Interval(value, True, value, True),
        "over": Interval(value, True, value + place, False),
        "above": Interval(value, False, None, False),
        "nearly": Interval(value * 9 / 10, True, value, False),
        "rounded": Interval(value - place / 2, True, value + place / 2, False),
    }
    if qualifier not in rules:
        raise UnreadableClaim(f"no rule for the qualifier {qualifier!r} of the figure {figure!r}")
    return rules[qualifier]


def _value_and_place(figure: str | None) -> tuple[Decimal, Decimal]:
    """The number that a figure means, and the place value of its last digit that is not zero."""
    match = FIGURE.fullmatch(figure or "")
    if not figure or match is None:
        raise UnreadableClaim(f"{figure!r} is no figure")
    scale = Decimal(1)
    for unit in match["units"]:
        scale *= UNITS[unit]
    value = Decimal(match["number"] or "1") * scale
    digits = value.normalize()
    return value, Decimal(1).scaleb(int(digits.as_tuple().exponent))
