"""All indicators of the sample city once more, in plain pandas over what its plan says is true.

Nothing here comes from the warehouse: an indicator is a function of what is told and of a period, and answers with the
rows that count and how they count. Where the specification leaves a choice, the function's docstring says which
reading was taken. Days are local (Asia/Shanghai), as the plan's are; ``district`` is empty on rows of the city alone.
"""

import dataclasses
import datetime
import functools
from collections.abc import Callable, Iterator, Sequence

import chinese_calendar
import pandas

from pipelines.contracts import contract_of
from sample_city.delivery import Delivery
from sample_city.planning import Plan

CITY = "440300"
NOT_STATED = "未知"
SENIOR = "高级社会工作师"
FRIENDLY_CITY, GOVERNANCE = "新就业群体友好城市建设", "党建引领基层治理"
PANDAS_FREQUENCIES = {"weekly": "W-SUN", "monthly": "M", "quarterly": "Q", "yearly": "Y"}
OWNER = ["provider_type", "provider_code"]

# The day after the last report of a year was due, by the calendar on the wall: of 31 December 2024 (a Tuesday) a daily
# report was due on 2 January and a weekly one on Wednesday the 8th; of 31 December 2025 on Sunday 4 January 2026, which
# is worked for the days off before it, and on Wednesday the 7th. What is followed up later does not count for the year.
SEALED_ON = {"daily": {2024: "2025-01-03", 2025: "2026-01-05"}, "weekly": {2024: "2025-01-09", 2025: "2026-01-08"}}


@dataclasses.dataclass(frozen=True)
class Period:
    """A month, quarter or year by the name that the warehouse gives it."""

    name: str
    kind: str
    first: pandas.Timestamp
    last: pandas.Timestamp

    def has(self, dates: "pandas.Series[pandas.Timestamp]") -> "pandas.Series[bool]":
        """Which dates or moments lie in the period."""
        return dates.ge(self.first) & dates.lt(self.last + pandas.Timedelta(days=1))


def periods_until(first: str, night: str) -> list[Period]:
    """The months, quarters and years from the month of ``first`` to those that contain ``night``."""
    names: dict[str, Callable[[pandas.Period], str]] = {
        "month": lambda span: f"{span.year}-{span.month:02d}",
        "quarter": lambda span: f"{span.year}-Q{span.quarter}",
        "year": lambda span: f"{span.year}",
    }
    return [
        Period(name(span), kind, span.start_time, span.end_time.normalize())
        for kind, name in names.items()
        for span in pandas.period_range(first, night, freq=kind[0].upper())
    ]


class Told:
    """What the plan tells of the city: its true rows, and which lists of each provider really arrive."""

    def __init__(self, plan: Plan) -> None:
        self._truth = {feed: _with_district(rows) for feed, rows in plan.truth.items()}
        self._lists = {
            feed: _lists_that_arrive(feed_plan.deliveries)
            for feed, feed_plan in plan.feeds.items()
            if feed_plan.contract.mode == "snapshot"
        }
        self._listed = {feed: dict(iter(self._truth[feed].groupby([*OWNER, "state_on"]))) for feed in self._lists}
        self._reported = {feed: _reported_spans(feed_plan.deliveries) for feed, feed_plan in plan.feeds.items()}
        self.list_in_force = functools.cache(self._list_in_force)
        self.is_reported = functools.cache(self._is_reported)

    def rows(self, feed: str) -> pandas.DataFrame:
        """Everything that is true of a feed; of a snapshot all lists, each row with its ``state_on``."""
        return self._truth[feed]

    def during(self, feed: str, date: str, period: Period) -> pandas.DataFrame:
        """The rows of which the column ``date`` lies in the period."""
        rows = self._truth[feed]
        return rows[period.has(rows[date])]

    def _is_reported(self, feed: str, period: Period, district: str, carries_forward: bool) -> bool:
        """Whether an accepted delivery says something of the period in the area: of events one that overlaps it, of a
        list any until its end, where lists are carried forward. A district that sends a feed tells of itself alone."""
        contract = contract_of(feed)
        stands = contract.mode == "snapshot" and carries_forward
        return any(
            first <= period.last and (stands or last >= period.first)
            for (provider_type, provider_code), spans in self._reported[feed].items()
            if district in (CITY, provider_code)
            or (provider_type != "district" and "district" not in contract.providers)
            for first, last in spans
        )

    def _list_in_force(self, feed: str, day: pandas.Timestamp) -> pandas.DataFrame:
        """Every provider's latest list that is of ``day`` or before; a list that never came leaves the one before."""
        latest = {
            owner: max((on for on in days if on <= day), default=None) for owner, days in self._lists[feed].items()
        }
        found = [self._listed[feed].get((*owner, on)) for owner, on in latest.items()]
        return pandas.concat([self._truth[feed].iloc[:0], *(rows for rows in found if rows is not None)])

    def latest_named(self, feed: str, keys: list[str]) -> pandas.DataFrame:
        """Each thing as the latest list that names it shows it, with ``named_until``: the day of the first later list
        of its provider, on which it is missing; empty where there is none."""
        rows = self._truth[feed].sort_values("state_on").drop_duplicates([*OWNER, *keys], keep="last")
        following = [
            min((day for day in self._lists[feed][provider_type, code] if day > on), default=pandas.NaT)
            for provider_type, code, on in rows[[*OWNER, "state_on"]].itertuples(index=False)
        ]
        return rows.assign(named_until=pandas.Series(following, index=rows.index, dtype="datetime64[s]"))


def _with_district(rows: pandas.DataFrame) -> pandas.DataFrame:
    """The rows with ``district``: what they say themselves, else the district that provides them."""
    if "district_code" in rows:
        return rows.assign(district=rows["district_code"])
    return rows.assign(district=rows["provider_code"].where(rows["provider_type"].eq("district")))


def reported_period_end(delivery: Delivery) -> pandas.Timestamp:
    """The last day of the latest period of the feed's cadence that was over when the delivery came; of days the latest
    on which people worked."""
    cadence = contract_of(delivery.feed).cadence
    if cadence == "daily":
        return _worked_on_or_before(delivery.delivered_on)
    return _period_end_before(delivery.delivered_on, PANDAS_FREQUENCIES[cadence])


@functools.cache
def _worked_on_or_before(day: datetime.date) -> pandas.Timestamp:
    while not chinese_calendar.is_workday(day):
        day -= datetime.timedelta(days=1)
    return pandas.Timestamp(day)


@functools.cache
def _period_end_before(day: datetime.date, frequency: str) -> pandas.Timestamp:
    day_after = pandas.Timestamp(day) + pandas.Timedelta(days=1)
    return day_after.to_period(frequency).start_time - pandas.Timedelta(days=1)


def reported_period_start(delivery: Delivery) -> pandas.Timestamp:
    """The first day that a file reports: of a day that of the days off directly before it."""
    contract = contract_of(delivery.feed)
    end = reported_period_end(delivery)
    if contract.cadence == "daily":
        return _worked_on_or_before((end - pandas.Timedelta(days=1)).date()) + pandas.Timedelta(days=1)
    return end.to_period(PANDAS_FREQUENCIES[contract.cadence]).start_time


def _lists_that_arrive(deliveries: Sequence[Delivery]) -> dict[tuple[str, str], set[pandas.Timestamp]]:
    """For each provider the days that its accepted lists are of."""
    lists: dict[tuple[str, str], set[pandas.Timestamp]] = {}
    for delivery in deliveries:
        if delivery.status == "accepted":
            lists.setdefault(delivery.provider, set()).add(reported_period_end(delivery))
    return lists


def _reported_spans(
    deliveries: Sequence[Delivery],
) -> dict[tuple[str, str], set[tuple[pandas.Timestamp, pandas.Timestamp]]]:
    """For each provider the first and last days that its accepted deliveries report; of a list the last day alone."""
    spans: dict[tuple[str, str], set[tuple[pandas.Timestamp, pandas.Timestamp]]] = {}
    for delivery in deliveries:
        if delivery.status == "accepted":
            contract = contract_of(delivery.feed)
            end = reported_period_end(delivery)
            span = (end if contract.mode == "snapshot" else reported_period_start(delivery), end)
            if contract.medium == "api":
                span = (pandas.Timestamp.min, pandas.Timestamp.max)  # asked for everything, in the last night
            spans.setdefault(delivery.provider, set()).add(span)
    return spans


# ── how rows become a figure ──────────────────────────────────────────────────────────────────────────────────────────
@dataclasses.dataclass(frozen=True)
class Worth:
    """A value, and the two parts where it is a percentage."""

    value: float | None
    numerator: float | None = None
    denominator: float | None = None


Worths = dict[tuple[str, ...], Worth]


@dataclasses.dataclass(frozen=True)
class Distinct:
    """How many different things the rows name."""

    rows: pandas.DataFrame
    thing: list[str]
    nothing = Worth(0)

    def worths(self, by: list[str]) -> Worths:
        return {place: Worth(count) for place, count in _counts(self.rows, self.thing, by).items()}


@dataclasses.dataclass(frozen=True)
class Total:
    """The sum of a column over the rows."""

    rows: pandas.DataFrame
    column: str
    nothing = Worth(0)

    def worths(self, by: list[str]) -> Worths:
        return {place: Worth(float(rows[self.column].sum())) for place, rows in _places(self.rows, by)}


@dataclasses.dataclass(frozen=True)
class LargestOfEach:
    """The sum over things of the largest figure that any row has for them."""

    rows: pandas.DataFrame
    thing: str
    column: str
    nothing = Worth(0)

    def worths(self, by: list[str]) -> Worths:
        return {
            place: Worth(float(rows.groupby(self.thing)[self.column].max().sum()))
            for place, rows in _places(self.rows, by)
        }


@dataclasses.dataclass(frozen=True)
class Share:
    """The different things in ``part`` as a percentage of those in ``rows``."""

    part: pandas.DataFrame
    rows: pandas.DataFrame
    thing: list[str]
    nothing = Worth(None, 0, 0)

    def worths(self, by: list[str]) -> Worths:
        parts, wholes = _counts(self.part, self.thing, by), _counts(self.rows, self.thing, by)
        return {place: _percentage(parts.get(place, 0), whole) for place, whole in wholes.items()}


@dataclasses.dataclass(frozen=True)
class ShareOfTheTopFive:
    """The rows with one of the five most frequent labels as a percentage of all; ties don't change it."""

    rows: pandas.DataFrame
    label: str
    nothing = Worth(None, 0, 0)

    def worths(self, by: list[str]) -> Worths:
        counts = {place: rows[self.label].value_counts() for place, rows in _places(self.rows, by)}
        return {place: _percentage(int(each.head(5).sum()), int(each.sum())) for place, each in counts.items()}


@dataclasses.dataclass(frozen=True)
class Gain:
    """How many more different things there are now than a year before; nothing where the year before is not known."""

    rows: pandas.DataFrame
    before: pandas.DataFrame | None
    thing: list[str]
    nothing = Worth(None)

    def worths(self, by: list[str]) -> Worths:
        if self.before is None:
            return {}
        now, before = _counts(self.rows, self.thing, by), _counts(self.before, self.thing, by)
        return {place: Worth(count - before.get(place, 0)) for place, count in now.items()}


Figure = Distinct | Total | LargestOfEach | Share | ShareOfTheTopFive | Gain


def _percentage(part: int, whole: int) -> Worth:
    return Worth(100 * part / whole, part, whole)


def _places(rows: pandas.DataFrame, by: list[str]) -> Iterator[tuple[tuple[str, ...], pandas.DataFrame]]:
    """The rows by what they say in the columns ``by``; all of them where there is none."""
    if by:
        for place, here in rows.groupby(by, dropna=False):
            yield tuple(part if isinstance(part, str) else NOT_STATED for part in place), here
    elif len(rows):
        yield (), rows


def _counts(rows: pandas.DataFrame, thing: list[str], by: list[str]) -> dict[tuple[str, ...], int]:
    different = rows[[*by, *thing]].drop_duplicates()
    return {place: len(here) for place, here in _places(different, by)}


def _own(key: str) -> list[str]:
    """A number that a provider gives is a thing of that provider's."""
    return [*OWNER, key]


def _by_then(dates: "pandas.Series[pandas.Timestamp]", day: pandas.Timestamp) -> "pandas.Series[bool]":
    return dates.le(day)


def _open_on(
    rows: pandas.DataFrame, day: pandas.Timestamp, since: str = "opened_on", until: str = "closed_on"
) -> pandas.DataFrame:
    """The rows that have begun by the day and not ended; what ends on a day is over on that day."""
    return rows[rows[since].le(day) & ~rows[until].le(day)]


# ── 1 · party coverage ────────────────────────────────────────────────────────────────────────────────────────────────
def coverage_of_enterprises(told: Told, period: Period) -> Figure:
    listed = told.list_in_force("enterprises", period.last)
    qualifying = listed[listed["has_licence"] & listed["has_premises"] & listed["has_members"]]
    return Share(qualifying[_by_then(qualifying["party_org_founded"], period.last)], qualifying, ["uscc"])


def coverage_of_social_organisations(told: Told, period: Period) -> Figure:
    listed = told.list_in_force("social_organisations", period.last)
    return Share(listed[_by_then(listed["party_org_founded"], period.last)], listed, ["uscc"])


def _is_by_the_seal(
    dates: "pandas.Series[pandas.Timestamp]", of: "pandas.Series[pandas.Timestamp]", cadence: str
) -> "pandas.Series[bool]":
    """Whether something dated ``dates`` counts for the year of ``of``; a missing date doesn't."""
    sealed_on = pandas.to_datetime(of.dt.year.map(SEALED_ON[cadence]).fillna("9999-12-31").astype(str))
    return dates.dt.normalize().le(sealed_on)


def appeals_handled(told: Told, period: Period) -> Figure:
    received = told.during("appeals", "received_at", period)
    closed = received[_is_by_the_seal(received["closed_at"], received["received_at"], "daily")]
    return Distinct(closed, _own("appeal_id"))


def appeals_on_time(told: Told, period: Period) -> Figure:
    """Closed on the very day of the limit is on time; still open is not."""
    due = told.during("appeals", "due_date", period)
    return Share(due[due["closed_at"].dt.normalize().le(due["due_date"])], due, _own("appeal_id"))


def awards(told: Told, period: Period, *, award: str, levels: Sequence[str] = ("国家级", "省级", "市级")) -> Figure:
    given = told.during("recognitions", "awarded_on", period)
    return Distinct(given[given["award"].eq(award) & given["level"].isin(levels)], _own("recognition_id"))


def members_reconnected(told: Told, period: Period) -> Figure:
    return Distinct(told.during("member_transfers", "completed_on", period), ["id_card"])


def instructors_in_post(told: Told, period: Period) -> Figure:
    listed = told.list_in_force("instructors", period.last)
    return Distinct(listed[_by_then(listed["appointed_on"], period.last)], _own("instructor_id"))


def new_party_organisations_visited(told: Told, period: Period) -> Figure:
    """The founding date is that of the latest list naming the organisation; an instructor of any district may come."""
    founded = pandas.concat(
        rows[period.has(rows["party_org_founded"])]
        for feed in ("enterprises", "social_organisations")
        for rows in [told.latest_named(feed, ["uscc"])]
    )
    visits = told.rows("instructor_visits")
    visits = visits[visits["visited_on"].le(period.last)]
    last_visit = visits.groupby("org_uscc")["visited_on"].max().reindex(founded["uscc"]).set_axis(founded.index)
    return Share(founded[last_visit.ge(founded["party_org_founded"])], founded, ["uscc"])


def organisations_assigned(told: Told, period: Period) -> Figure:
    return Distinct(told.list_in_force("contact_assignments", period.last), ["org_uscc"])


# ── 2 · industry chains ───────────────────────────────────────────────────────────────────────────────────────────────
def little_giants(told: Told, period: Period) -> Figure:
    listed = told.list_in_force("chain_members", period.last)
    return Distinct(_in_chain(listed[_by_then(listed["little_giant_since"], period.last)]), ["uscc"])


def chain_committees(told: Told, period: Period) -> Figure:
    listed = told.list_in_force("chain_committees", period.last)
    return Distinct(_open_on(listed, period.last, "founded_on", "dissolved_on"), ["chain_id"])


def chain_committees_founded(told: Told, period: Period) -> Figure:
    """By the latest list that names the committee, whatever became of it."""
    committees = told.latest_named("chain_committees", ["chain_id"])
    return Distinct(committees[period.has(committees["founded_on"])], ["chain_id"])


def chain_enterprises(told: Told, period: Period) -> Figure:
    listed = told.list_in_force("chain_members", period.last)
    return Distinct(_in_chain(listed[_by_then(listed["joined_on"], period.last)]), ["uscc"])


def chain_output(told: Told, period: Period) -> Figure:
    """Only the list of that year's end tells the output of the year; an earlier one is not carried forward."""
    listed = told.rows("chain_members")
    return LargestOfEach(_in_chain(listed[listed["state_on"].eq(period.last)]), "uscc", "output_cny")


def _in_chain(rows: pandas.DataFrame) -> pandas.DataFrame:
    return rows.assign(chain=rows["chain_id"])


def _with_industry(told: Told, rows: pandas.DataFrame, association: str) -> pandas.DataFrame:
    """The rows with the industry that the latest profile of the association names."""
    industries = told.latest_named("association_profiles", ["uscc"]).set_index("uscc")["industry"]
    return rows.assign(industry=rows[association].map(industries))


def association_events(told: Told, period: Period, *, kinds: Sequence[str]) -> Figure:
    held = told.during("association_events", "held_on", period)
    return Distinct(_with_industry(told, held[held["kind"].isin(kinds)], "provider_code"), _own("event_id"))


def enterprises_served(told: Told, period: Period) -> Figure:
    served = told.during("association_services", "served_on", period)
    return Distinct(_with_industry(told, served, "provider_code"), ["enterprise_uscc"])


def stations(told: Told, period: Period, *, kind: str) -> Figure:
    in_operation = _open_on(told.list_in_force("guidance_stations", period.last), period.last)
    return Distinct(in_operation[in_operation["kind"].eq(kind)], _own("station_id"))


# ── 3 · new-employment groups ─────────────────────────────────────────────────────────────────────────────────────────
def friendly_city_tasks(told: Told, period: Period) -> Figure:
    listed = told.list_in_force("task_list", period.last)
    return Distinct(listed[listed["programme"].eq(FRIENDLY_CITY)], ["task_id"])


def friendly_places(told: Told, period: Period, *, category: str) -> Figure:
    in_operation = _open_on(told.list_in_force("friendly_places", period.last), period.last)
    return Distinct(in_operation[in_operation["category"].eq(category)], _own("place_id"))


def _sites(told: Told, period: Period) -> tuple[pandas.DataFrame, pandas.DataFrame]:
    listed = told.list_in_force("platform_sites", period.last)
    return _open_on(listed, period.last, "paired_on", "unpaired_on"), listed


def sites_paired(told: Told, period: Period) -> Figure:
    return Distinct(_sites(told, period)[0], _own("site_id"))


def share_of_sites_paired(told: Told, period: Period) -> Figure:
    return Share(*_sites(told, period), _own("site_id"))


def _free_benefits(told: Told, period: Period, kind: str) -> pandas.DataFrame:
    granted = told.during("care_benefits", "granted_on", period)
    return granted[granted["kind"].eq(kind) & granted["free"]]


def free_homes(told: Told, period: Period) -> Figure:
    return Total(_free_benefits(told, period, "深梦团聚住房"), "homes")


def drivers_examined(told: Told, period: Period) -> Figure:
    return Distinct(_free_benefits(told, period, "司机健康月体检"), ["person_id_card"])


# ── 4 · governance ────────────────────────────────────────────────────────────────────────────────────────────────────
def units_in_the_mechanism(told: Told, period: Period) -> Figure:
    listed = told.list_in_force("task_list", period.last)
    return Distinct(listed[listed["programme"].eq(GOVERNANCE)], ["responsible_unit"])


def _governance_tasks(told: Told, year: int) -> pandas.DataFrame:
    """The tasks of a year as the latest list that names them shows them, a row for each responsible unit."""
    tasks = told.latest_named("task_list", ["task_id", "responsible_unit"])
    return tasks[tasks["programme"].eq(GOVERNANCE) & tasks["year"].eq(year)]


def governance_items(told: Told, period: Period) -> Figure:
    return Distinct(_governance_tasks(told, period.last.year), ["task_id"])


def governance_items_done(told: Told, period: Period) -> Figure:
    """Of the tasks of the year in which the period lies; a task is done once one of its units reports it done."""
    tasks = _governance_tasks(told, period.last.year)
    return Share(tasks[_by_then(tasks["done_on"], period.last)], tasks, ["task_id"])


def pilots(told: Told, period: Period, *, pilot: str) -> Figure:
    return Distinct(_pilots(told, period, pilot), _own("pilot_id"))


def _pilots(told: Told, period: Period, pilot: str) -> pandas.DataFrame:
    listed = told.list_in_force("pilots", period.last)
    return listed[listed["pilot"].eq(pilot) & _by_then(listed["started_on"], period.last)]


# ── 5 · residential compounds ─────────────────────────────────────────────────────────────────────────────────────────
def compounds(told: Told, period: Period, *, since: str) -> Figure:
    listed = told.list_in_force("compounds", period.last)
    return Distinct(listed[_by_then(listed[since], period.last)], _own("compound_id"))


def compounds_with_a_branch(told: Told, period: Period) -> Figure:
    listed = told.list_in_force("compounds", period.last)
    return Share(listed[_by_then(listed["branch_founded"], period.last)], listed, _own("compound_id"))


def service_posts(told: Told, period: Period) -> Figure:
    return Distinct(_open_on(told.list_in_force("service_posts", period.last), period.last), _own("post_id"))


# ── 6 · weekly review ─────────────────────────────────────────────────────────────────────────────────────────────────
def review_sessions(told: Told, period: Period) -> Figure:
    return Distinct(told.during("review_sessions", "held_on", period), _own("session_id"))


def orders_reviewed(told: Told, period: Period) -> Figure:
    return Distinct(told.during("review_orders", "reviewed_on", period), _own("order_id"))


def orders_closed_in_the_loop(told: Told, period: Period) -> Figure:
    """Steps on one day are in order; a step counts when it was taken by the seal of the year, also after the period."""
    reviewed = told.during("review_orders", "reviewed_on", period)
    in_order = (
        reviewed["supervised_on"].ge(reviewed["reviewed_on"])
        & reviewed["improved_on"].ge(reviewed["supervised_on"])
        & reviewed["lifted_on"].ge(reviewed["improved_on"])
        & _is_by_the_seal(reviewed["lifted_on"], reviewed["reviewed_on"], "weekly")
    )
    return Share(reviewed[in_order], reviewed, _own("order_id"))


def units_revisited(told: Told, period: Period) -> Figure:
    return Distinct(told.during("review_lookbacks", "visited_on", period), ["unit"])


def suggestions(told: Told, period: Period) -> Figure:
    return Distinct(told.during("suggestions", "received_on", period), _own("suggestion_id"))


def concentration_of_appeals(told: Told, period: Period) -> Figure:
    """The five categories are those of the period and the place, so every district has its own five."""
    return ShareOfTheTopFive(told.during("appeals", "received_at", period), "category")


# ── 7 · livelihood micro-projects ─────────────────────────────────────────────────────────────────────────────────────
def _approved(told: Told, period: Period) -> pandas.DataFrame:
    """The projects approved in the period; their category is the class of the project."""
    approved = told.during("micro_projects", "approved_on", period)
    return approved.assign(category=approved["project_class"])


def projects_approved(told: Told, period: Period) -> Figure:
    return Distinct(_approved(told, period), _own("project_id"))


def service_projects_for_the_three_groups(told: Told, period: Period) -> Figure:
    approved = _approved(told, period)
    is_for_them = approved["beneficiary"].isin(["一老", "一小", "一困"]) & approved["project_class"].eq("服务类")
    return Distinct(approved[is_for_them], _own("project_id"))


def projects_asked_for_in_a_compound(told: Told, period: Period) -> Figure:
    approved = _approved(told, period)
    return Share(approved[approved["compound_id"].notna()], approved, _own("project_id"))


def projects_evaluated(told: Told, period: Period) -> Figure:
    """An evaluation counts when it was made by the seal of the year, also after the period."""
    finished = told.during("micro_projects", "finished_on", period)
    is_evaluated = _is_by_the_seal(finished["evaluated_on"], finished["finished_on"], "weekly")
    return Share(finished[is_evaluated], finished, _own("project_id"))


def project_budgets(told: Told, period: Period) -> Figure:
    return Total(_approved(told, period), "budget_cny")


# ── 8 · associations ──────────────────────────────────────────────────────────────────────────────────────────────────
def associations_managed(told: Told, period: Period) -> Figure:
    listed = told.list_in_force("association_profiles", period.last)
    is_managed = listed["party_org"].notna() & _by_then(listed["party_org_managed_since"], period.last)
    return Distinct(listed[is_managed], ["uscc"])


def _leader_reviews(told: Told, period: Period) -> pandas.DataFrame:
    return _with_industry(told, told.during("leader_reviews", "reviewed_on", period), "association_uscc")


def associations_reviewed(told: Told, period: Period) -> Figure:
    return Distinct(_leader_reviews(told, period), ["association_uscc"])


def leaders_reviewed(told: Told, period: Period) -> Figure:
    return Distinct(_leader_reviews(told, period), _own("review_id"))


def associations_matched(told: Told, period: Period) -> Figure:
    """A cell with several names is not exactly one department."""
    listed = told.list_in_force("association_profiles", period.last)
    of_the_city = listed[listed["is_city_level"]]
    is_one = of_the_city["supervising_department"].str.fullmatch(r"[^、,，;；/\s]+").fillna(value=False).astype(bool)
    return Share(of_the_city[is_one], of_the_city, ["uscc"])


# ── 9 · volunteering ──────────────────────────────────────────────────────────────────────────────────────────────────
def pilots_with_a_senior(told: Told, period: Period) -> Figure:
    communities = _pilots(told, period, "专业社工加志愿服务试点社区")
    seniors = _seniors(told, period.last)["social_worker_id"]
    return Share(communities[communities["senior_social_worker_id"].isin(seniors)], communities, _own("pilot_id"))


def _volunteers(told: Told, day: pandas.Timestamp) -> pandas.DataFrame:
    """The registrations by the day, each with the person's district: that of the person's latest update, which may
    have come after the day, as every upsert is read as it stands now."""
    registrations = told.rows("volunteers").sort_values("updated_at")
    latest = registrations.drop_duplicates("id_card", keep="last").set_index("id_card")["district_code"]
    registered = registrations[registrations["registered_on"].le(day)]
    return registered.assign(district=registered["id_card"].map(latest), platform=registered["provider_code"])


def registered_volunteers(told: Told, period: Period) -> Figure:
    return Distinct(_volunteers(told, period.last), ["id_card"])


def volunteer_hours(told: Told, period: Period) -> Figure:
    served = told.during("volunteer_hours", "served_on", period)
    return Total(served.assign(platform=served["provider_code"]), "hours")


def active_volunteers(told: Told, period: Period) -> Figure:
    """Persons, not registrations: hours on one platform make the person active, in the person's own district."""
    registered = _volunteers(told, period.last)
    served = told.during("volunteer_hours", "served_on", period)
    account = _own("volunteer_id")
    persons = served[account].drop_duplicates().merge(registered, on=account)["id_card"]
    return Share(registered[registered["id_card"].isin(persons)], registered, ["id_card"])


def help_requests_matched(told: Told, period: Period) -> Figure:
    return Distinct(told.during("help_requests", "matched_at", period), _own("request_id"))


# ── 10 · social work ──────────────────────────────────────────────────────────────────────────────────────────────────
def candidates(told: Told, period: Period) -> Figure:
    results = told.rows("exam_results")
    return Distinct(results[results["exam_year"].eq(period.last.year)], ["id_card"])


def candidates_passed(told: Told, period: Period) -> Figure:
    results = told.rows("exam_results")
    return Distinct(results[results["exam_year"].eq(period.last.year) & results["passed_all"]], ["id_card"])


def _seniors(told: Told, day: pandas.Timestamp) -> pandas.DataFrame:
    holders = _open_on(told.list_in_force("social_workers", day), day, "certified_on", "left_on")
    return holders[holders["level"].eq(SENIOR)]


def senior_social_workers(told: Told, period: Period) -> Figure:
    return Distinct(_seniors(told, period.last), ["id_card"])


def senior_social_workers_gained(told: Told, period: Period) -> Figure:
    """Nothing is known of a year before the first register."""
    year_before = (period.last + pandas.Timedelta(days=1)) - pandas.DateOffset(years=1) - pandas.Timedelta(days=1)
    is_known = len(told.list_in_force("social_workers", year_before)) > 0
    return Gain(_seniors(told, period.last), _seniors(told, year_before) if is_known else None, ["id_card"])


def agencies_in_the_publicity_week(told: Told, period: Period) -> Figure:
    return Distinct(told.during("publicity_events", "held_on", period), ["agency_uscc"])


def publicity_events(told: Told, period: Period) -> Figure:
    return Distinct(told.during("publicity_events", "held_on", period), _own("event_id"))


def service_projects(told: Told, period: Period) -> Figure:
    """By the latest list that names the project; one that a later list leaves out had ended by that list's day."""
    listed = told.latest_named("service_projects", ["project_id"])
    is_active = (
        listed["starts_on"].le(period.last)
        & listed["ends_on"].ge(period.first)
        & ~listed["named_until"].le(period.first)
    )
    return Distinct(listed[is_active], _own("project_id"))


def _services(told: Told, period: Period, service_type: str) -> pandas.DataFrame:
    served = told.during("service_records", "served_on", period)
    return served[served["service_type"].eq(service_type)]


def services(told: Told, period: Period, *, service_type: str, thing: str) -> Figure:
    return Distinct(_services(told, period, service_type), _own(thing))


def visits(told: Told, period: Period) -> Figure:
    return Total(_services(told, period, "探访"), "person_times")


def fields_covered(told: Told, period: Period) -> Figure:
    return Distinct(told.during("service_records", "served_on", period), ["field"])


def residents_served(told: Told, period: Period) -> Figure:
    return Total(told.during("service_records", "served_on", period), "person_times")


# ── the table ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclasses.dataclass(frozen=True)
class Indicator:
    """How an indicator is counted, and what it can be sliced by beside the period."""

    figure: Callable[[Told, Period], Figure]
    by: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ("month", "quarter", "year")

    @property
    def dimensions(self) -> list[str]:
        return [dimension for dimension in self.by if dimension != "district"]


YEARLY = ("year",)

INDICATORS: dict[str, Indicator] = {
    "PC01": Indicator(coverage_of_enterprises, ("district",)),
    "PC02": Indicator(coverage_of_social_organisations, ("district",)),
    "PC03": Indicator(appeals_handled, ("district", "source_channel", "category")),
    "PC04": Indicator(functools.partial(awards, award="党建强发展强典型案例", levels=("国家级", "省级")), ("level",)),
    "PC05": Indicator(appeals_on_time, ("district", "category")),
    "PC06": Indicator(members_reconnected, ("district",)),
    "PC07": Indicator(instructors_in_post, ("district",)),
    "PC08": Indicator(new_party_organisations_visited, ("district",)),
    "PC09": Indicator(organisations_assigned, ("district", "level")),
    "IC01": Indicator(little_giants, ("district", "chain")),
    "IC02": Indicator(chain_committees),
    "IC03": Indicator(chain_committees_founded),
    "IC04": Indicator(chain_enterprises, ("district", "chain")),
    "IC05": Indicator(chain_output, ("district", "chain"), YEARLY),
    "IC06": Indicator(functools.partial(association_events, kinds=("展会",)), ("district", "industry")),
    "IC07": Indicator(enterprises_served, ("industry",)),
    "IC08": Indicator(functools.partial(stations, kind="党建工作指导站"), ("district",)),
    "IC09": Indicator(functools.partial(stations, kind="专精特新书记工作室"), ("district",)),
    "NE01": Indicator(friendly_city_tasks, ("responsible_unit", "status")),
    "NE02": Indicator(functools.partial(friendly_places, category="友好场景"), ("district", "category")),
    "NE03": Indicator(functools.partial(friendly_places, category="暖新商户"), ("district",)),
    "NE04": Indicator(functools.partial(friendly_places, category="小哥工作室"), ("district",)),
    "NE05": Indicator(sites_paired, ("district", "platform")),
    "NE06": Indicator(share_of_sites_paired, ("district", "platform")),
    "NE07": Indicator(free_homes, ("district",)),
    "NE08": Indicator(drivers_examined, ("district",)),
    "GC01": Indicator(units_in_the_mechanism),
    "GC02": Indicator(governance_items, ("status",), YEARLY),
    "GC03": Indicator(functools.partial(pilots, pilot="两社三中心试点区"), ("district",)),
    "GC04": Indicator(functools.partial(pilots, pilot="社区运营试点社区"), ("district",)),
    "GC05": Indicator(governance_items_done, ("responsible_unit",)),
    "RG01": Indicator(functools.partial(compounds, since="team_founded"), ("district",)),
    "RG02": Indicator(service_posts, ("district", "category")),
    "RG03": Indicator(functools.partial(compounds, since="platform_since"), ("district",)),
    "RG04": Indicator(compounds_with_a_branch, ("district",)),
    "WR01": Indicator(review_sessions, ("district", "level")),
    "WR02": Indicator(orders_reviewed, ("district", "category")),
    "WR03": Indicator(units_revisited),
    "WR04": Indicator(functools.partial(awards, award="每周一评优秀案例"), ("category",)),
    "WR05": Indicator(orders_closed_in_the_loop, ("district", "category")),
    "WR06": Indicator(suggestions, ("district", "category")),
    "WR07": Indicator(concentration_of_appeals, ("district",)),
    "MP01": Indicator(projects_approved, ("district", "category", "beneficiary")),
    "MP02": Indicator(service_projects_for_the_three_groups, ("district", "beneficiary")),
    "MP03": Indicator(projects_asked_for_in_a_compound, ("district",)),
    "MP04": Indicator(projects_evaluated, ("district",)),
    "MP05": Indicator(project_budgets, ("district", "category")),
    "AS01": Indicator(associations_managed, ("industry",)),
    "AS02": Indicator(associations_reviewed, ("industry",)),
    "AS03": Indicator(leaders_reviewed, ("industry", "result")),
    "AS04": Indicator(associations_matched, ("industry",)),
    "AS05": Indicator(functools.partial(association_events, kinds=("标准", "白皮书")), ("industry",)),
    "VO01": Indicator(functools.partial(awards, award="全国志愿服务四个100"), ("category",)),
    "VO02": Indicator(functools.partial(awards, award="省级志愿服务四个最"), ("category",)),
    "VO03": Indicator(functools.partial(awards, award="广东省国际志愿服务优秀典型案例")),
    "VO04": Indicator(functools.partial(pilots, pilot="专业社工加志愿服务试点社区"), ("district",)),
    "VO05": Indicator(pilots_with_a_senior, ("district",)),
    "VO06": Indicator(registered_volunteers, ("district", "platform")),
    "VO07": Indicator(volunteer_hours, ("district", "platform", "category")),
    "VO08": Indicator(active_volunteers, ("district",)),
    "VO09": Indicator(help_requests_matched, ("district", "beneficiary")),
    "SW01": Indicator(candidates, ("level",), YEARLY),
    "SW02": Indicator(candidates_passed, ("level",), YEARLY),
    "SW03": Indicator(senior_social_workers, ("district",)),
    "SW04": Indicator(senior_social_workers_gained),
    "SW05": Indicator(agencies_in_the_publicity_week),
    "SW06": Indicator(publicity_events, ("district",)),
    "SW07": Indicator(service_projects, ("district", "field")),
    "SW08": Indicator(functools.partial(services, service_type="个案", thing="case_id"), ("district", "field")),
    "SW09": Indicator(functools.partial(services, service_type="小组", thing="case_id"), ("district", "field")),
    "SW10": Indicator(functools.partial(services, service_type="社区活动", thing="record_id"), ("district", "field")),
    "SW11": Indicator(visits, ("district", "field")),
    "SW12": Indicator(fields_covered, ("district",)),
    "SW13": Indicator(residents_served, ("district", "field")),
}
