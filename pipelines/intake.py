"""One feed's night: what has landed is archived, read, validated, made anonymous and committed to the lake."""

import collections
import dataclasses
import datetime
import logging
import pathlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipelines import contracts, privacy, providers, reading, settings
from pipelines.contracts import Contract
from pipelines.feedback import outbox
from pipelines.lake import drift, folding, ledger, rows
from pipelines.lake.ledger import Delivery, Outcome, Provider
from pipelines.landing import files, platform
from pipelines.quality import Suites
from pipelines.settings import Home

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult

_LOG = logging.getLogger(__name__)

# Raw cells are Python objects; with what parsing and validation make of it, a row has been seen to take 6 kB.
_BYTES_A_ROW = 8 * 1024
_PAGE_SET_SUFFIX = ".json.gz"
_LONG_AGO = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@dataclasses.dataclass(frozen=True)
class Days:
    """A span of delivery days, both ends included."""

    first: datetime.date
    last: datetime.date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, datetime.date) and self.first <= day <= self.last


@dataclasses.dataclass(frozen=True)
class Fault:
    """A platform that could not be asked or a landed file that could not be opened, and why (in Chinese).

    The next night tries it again.
    """

    provider_code: str
    reason_zh: str


@dataclasses.dataclass
class FeedNight:
    """What a night did with a feed.

    ``refused``: the cells refused, as ``rows.QUARANTINE_SCHEMA`` has them, with no person's identifier in clear; of
    each delivery no more than its provider is told (``outbox.CELLS_LIMIT``), the lake has all of them.
    ``differences``: what is not as agreed with the columns of each delivery of the feed, by its id.
    ``failures``: the number of rows that broke each expectation, by its name and severity; 0 where none did.
    ``results``: Great Expectations' results of each slice, without cell values of persons.
    """

    feed: str
    outcomes: list[Outcome] = dataclasses.field(default_factory=list)
    faults: list[Fault] = dataclasses.field(default_factory=list)
    strays: tuple[pathlib.Path, ...] = ()
    differences: dict[str, list[drift.Difference]] = dataclasses.field(default_factory=dict)
    failures: dict[tuple[str, str], int] = dataclasses.field(default_factory=dict)
    results: "list[ExpectationSuiteValidationResult]" = dataclasses.field(default_factory=list)
    refused: pd.DataFrame = dataclasses.field(default_factory=lambda: rows.QUARANTINE_SCHEMA.empty_table().to_pandas())

    def total(self, count: str) -> int:
        """The sum of ``rows_read``, ``kept`` or ``quarantined`` over the night's deliveries."""
        return sum(getattr(outcome, count) for outcome in self.outcomes)

    def having(self, status: ledger.Status) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.status == status]


@dataclasses.dataclass
class _Reading:
    """A delivery on its way into the lake, and what reading it has shown so far."""

    delivery: Delivery
    received_at: datetime.datetime
    size_bytes: int
    modified_ns: int
    watch: drift.ColumnWatch
    reason: str | None = None
    is_whole: bool = False
    rows_read: int = 0
    quarantined: int = 0
    updated_since: datetime.datetime | None = None

    def reject_if_bad(self, tolerated_share: float) -> None:
        """Rejects the delivery if too many of its rows are bad; not before all of them have been read."""
        if self.is_whole and self.quarantined > tolerated_share * self.rows_read:
            self.reason = (
                f"不合格行过多：共{self.rows_read}行，其中{self.quarantined}行不合格，超过允许比例{tolerated_share:.0%}"
            )

    def outcome(self) -> Outcome:
        """What became of the delivery; of a rejected one every row is refused."""
        rejected = self.reason is not None
        return Outcome(
            delivery=self.delivery,
            received_at=self.received_at,
            size_bytes=self.size_bytes,
            modified_ns=self.modified_ns,
            status="rejected" if rejected else "accepted",
            reason=self.reason,
            rows_read=self.rows_read,
            kept=0 if rejected else self.rows_read - self.quarantined,
            quarantined=self.rows_read if rejected else self.quarantined,
            columns=self.watch.columns(self.rows_read, is_ordered=self.updated_since is None),
            updated_since=self.updated_since,
        )


class Intake:
    """Takes the deliveries of one night, feed by feed.

    What every feed needs (the suites, the pseudonym key, the register of providers) is loaded once.

    Raises:
        providers.UnusableRegister: ``providers.csv`` or ``platforms.yaml`` can't be used.
    """

    def __init__(self, home: Home, night: datetime.date) -> None:
        self.home = home
        self.night = night
        self.suites = Suites()
        self.pseudonymiser = privacy.Pseudonymiser(settings.pii_key(home))
        self.platforms = providers.platforms(home)
        self.registered: dict[Provider, list[providers.RegisteredProvider]] = collections.defaultdict(list)
        for each in providers.registered(home):
            self.registered[each.provider].append(each)

    def take(self, contract: Contract, replay: Days | None = None) -> FeedNight:
        """Takes every delivery dated up to the night that the ledger does not know yet.

        With ``replay``, the batches that hold a delivery of those days are read again from the archive and replaced.
        One delivery's trouble is that delivery's outcome; only what endangers the lake is raised (OSError).
        """
        folding.fold(self.home, contract.feed, self.night)
        live = ledger.batches(self.home, contract.feed)
        again = [
            batch for batch in live if replay and any(each.delivery.delivered_on in replay for each in batch.outcomes)
        ]
        known = [outcome for batch in live for outcome in batch.outcomes]
        night = FeedNight(contract.feed, faults=self._fetch(contract, known))
        landed = files.scan(self.home, contract.feed)
        night.strays = landed.strays
        readings = [_read_again(outcome, contract) for batch in again for outcome in batch.outcomes]
        readings += self._new(contract, landed.files, known, night.faults)
        if readings:
            settled = [outcome for batch in live if batch not in again for outcome in batch.outcomes]
            self._commit(contract, readings, settled, tuple(batch.name for batch in again), night)
        for file in landed.files:
            is_ours = _is_page_set(file.path.name) and _is_fetched(contract, file.provider)
            if is_ours and file.delivered_on <= self.night and not night.faults:
                file.path.unlink()  # it is in the archive now
        return night

    def take_again(self, contract: Contract) -> FeedNight:
        """Reads every delivery of the ledger again from the archive, into one batch, and looks at nothing else."""
        live = ledger.batches(self.home, contract.feed)
        night = FeedNight(contract.feed)
        if live:
            readings = [_read_again(outcome, contract) for batch in live for outcome in batch.outcomes]
            self._commit(contract, readings, [], tuple(batch.name for batch in live), night)
        return night

    def _commit(
        self,
        contract: Contract,
        readings: list[_Reading],
        settled: list[Outcome],
        replaces: tuple[str, ...],
        night: FeedNight,
    ) -> None:
        readings.sort(key=lambda each: (each.delivery.provider, each.delivery.order))
        with ledger.new_batch_folder(self.home, contract.feed) as prepared:
            batch = _Batch(self, contract, prepared, night)
            for reading_ in readings:
                reading_.reason = self._why_not_read(contract, reading_.delivery)
                if reading_.reason is None:
                    batch.read(reading_)
            batch.close()
            outcomes = [reading_.outcome() for reading_ in readings]
            of_feed = ledger.effective([*settled, *outcomes])
            night.outcomes = of_feed[len(settled) :]
            night.differences = drift.differences(of_feed, contract)
            headers = {column.name: column.header for column in contract.columns}
            outbox.write(self.home, night.outcomes, night.refused, headers)
            ledger.commit(prepared, self.night, outcomes, replaces)

    def _why_not_read(self, contract: Contract, delivery: Delivery) -> str | None:
        if delivery.provider.type not in contract.providers or not any(
            each.is_active(delivery.delivered_on) for each in self.registered.get(delivery.provider, ())
        ):
            return "未登记的报送单位：providers.csv 中没有该单位在该日期的登记"
        if _is_page_set(delivery.file_name) and not _is_fetched(contract, delivery.provider):
            return "json.gz 只用于平台接口的数据流；请发送 csv、xlsx 或 zip 文件"
        return None

    def _new(
        self, contract: Contract, landed: Iterable[files.LandedFile], known: list[Outcome], faults: list[Fault]
    ) -> Iterator[_Reading]:
        ids = {each.delivery.delivery_id for each in known}
        sequences: dict[tuple[Provider, str], int] = {}
        for each in known:
            name = (each.delivery.provider, each.delivery.file_name)
            sequences[name] = max(each.delivery.sequence, sequences.get(name, 0))
        for file in _unknown(landed, known, self.night):
            try:
                sha256 = files.archive(self.home, file.path)
            except files.UntakenFile as error:
                _LOG.warning("feed %s, provider %s: %s", contract.feed, file.provider.code, error)
                faults.append(Fault(file.provider.code, str(error)))
                continue
            delivery = Delivery(
                feed=contract.feed,
                provider=file.provider,
                file_name=file.path.name,
                sha256=sha256,
                delivered_on=file.delivered_on,
                sequence=max(file.sequence, sequences.get((file.provider, file.path.name), -1) + 1),
            )
            if delivery.delivery_id not in ids:
                received_at = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
                yield _Reading(delivery, received_at, file.size_bytes, file.modified_ns, drift.ColumnWatch(contract))

    def _fetch(self, contract: Contract, known: list[Outcome]) -> list[Fault]:
        """Asks every platform once a night for what changed since the last page set that was accepted."""
        faults: list[Fault] = []
        if not contract.is_fetched:
            return faults
        for code, declared in self.platforms.items():
            provider = Provider("platform", code)
            of_platform = [each for each in known if each.delivery.provider == provider and each.updated_since]
            destination = self.home.landing / "platform" / code / contract.feed / f"{self.night}{_PAGE_SET_SUFFIX}"
            asked = any(each.delivery.delivered_on >= self.night for each in of_platform) or destination.exists()
            active = any(each.is_active(self.night) for each in self.registered.get(provider, ()))
            if asked or not active:
                continue
            accepted = (each.updated_since for each in of_platform if each.status == "accepted")
            since = max(filter(None, accepted), default=None)
            destination.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                token = settings.secret(declared.token_env)
                platform.fetch(declared.base_url, contract.feed, token, since, destination, self.night)
            except (platform.PlatformFault, settings.MissingSecret) as error:
                _LOG.warning("feed %s, platform %s: %s", contract.feed, code, error)
                faults.append(Fault(code, str(error)))
        return faults


def _is_page_set(file_name: str) -> bool:
    return file_name.lower().endswith(_PAGE_SET_SUFFIX)


def _is_fetched(contract: Contract, provider: Provider) -> bool:
    return contract.is_fetched and provider.type == "platform"


def _read_again(outcome: Outcome, contract: Contract) -> _Reading:
    watch = drift.ColumnWatch(contract)
    return _Reading(outcome.delivery, outcome.received_at, outcome.size_bytes, outcome.modified_ns, watch)


def waiting(home: Home, night: datetime.date) -> list[str]:
    """The files dated up to ``night`` that the ledger does not know, by their place in landing."""
    return sorted(
        f"{file.path.relative_to(home.landing)} {file.size_bytes} {file.modified_ns}"
        for feed in contracts.all_contracts()
        for file in _unknown(files.scan(home, feed).files, ledger.outcomes(home, feed), night)
    )


def _unknown(
    landed: Iterable[files.LandedFile], known: list[Outcome], night: datetime.date
) -> Iterator[files.LandedFile]:
    seen = {(each.delivery.provider, each.delivery.file_name, each.size_bytes, each.modified_ns) for each in known}
    for file in landed:
        if file.delivered_on <= night and (
            (file.provider, file.path.name, file.size_bytes, file.modified_ns) not in seen
        ):
            yield file


class _Batch:
    """The batch that a night writes: rows are gathered over deliveries and validated together, slice by slice."""

    def __init__(self, intake: Intake, contract: Contract, folder: pathlib.Path, night: FeedNight) -> None:
        self._intake = intake
        self._contract = contract
        self._night = night
        self._rows = rows.RowsWriter(folder / "rows.parquet", rows.rows_schema(contract))
        self._refused = rows.RowsWriter(folder / "quarantine.parquet", rows.QUARANTINE_SCHEMA)
        self._rows_a_slice = settings.memory_budget_bytes() // _BYTES_A_ROW
        self._slices: list[tuple[_Reading, reading.RawTable]] = []
        self._rows_gathered = 0

    def read(self, reading_: _Reading) -> None:
        """Reads a delivery from the archive; what can't be read is its reason to be rejected."""
        delivery = reading_.delivery
        if _is_page_set(delivery.file_name):
            reading_.updated_since = _LONG_AGO
        try:
            payload = reading.payload_of(files.archived(self._intake.home, delivery.sha256))
            for table in reading.read_slices(payload, delivery.file_name, self._contract, self._rows_a_slice):
                reading_.watch.see_headers(table.drift, table.cells)
                reading_.rows_read += len(table)
                if self._rows_gathered + len(table) > self._rows_a_slice:
                    self._flush()
                self._slices.append((reading_, table))
                self._rows_gathered += len(table)
        except reading.UnreadableDelivery as error:
            self._forget(reading_)
            reading_.reason = privacy.scrubbed(error.reason_zh)  # it may name a file or sheet as its provider did
            if isinstance(error, reading.MissingColumns):
                reading_.watch.see_headers(error.drift)
        else:
            reading_.is_whole = True
            reading_.reject_if_bad(self._contract.tolerated_bad_share)

    def close(self) -> None:
        self._flush()
        self._rows.close()
        self._refused.close()

    def _forget(self, reading_: _Reading) -> None:
        """Nothing of the delivery counts; what a slice has written of it is left out when the lake is registered."""
        reading_.rows_read = reading_.quarantined = 0
        reading_.watch = drift.ColumnWatch(self._contract)
        self._slices = [(each, table) for each, table in self._slices if each is not reading_]
        self._rows_gathered = sum(len(table) for _, table in self._slices)
        self._night.refused = self._night.refused[self._night.refused["delivery_id"] != reading_.delivery.delivery_id]

    def _flush(self) -> None:
        filled = [(each, table) for each, table in self._slices if len(table)]
        self._slices, self._rows_gathered = [], 0
        if not filled:
            return
        readings = [each for each, _ in filled]
        raw = reading.joined([table for _, table in filled]).rows
        places = np.repeat(np.arange(len(filled)), [len(table) for _, table in filled])
        for name, values in _source_columns(readings).items():
            raw[name] = pd.Series(values).take(places).to_numpy()
        parsed = reading.parse(raw, self._contract)
        self._watch_cells(readings, places, parsed)
        verdicts = self._intake.suites.validate(self._contract.feed, parsed, self._contract)
        for expectation in verdicts.expectations:
            rule = (expectation.name, expectation.severity)
            self._night.failures[rule] = self._night.failures.get(rule, 0) + expectation.failed_count
        self._night.results.append(verdicts.results)
        defects = _first_of_each_cell(parsed.defects, verdicts.defects)
        good = self._judge(readings, pd.Series(places), parsed.frame, defects)
        frame = privacy.protect(parsed.frame[good], self._contract, self._intake.pseudonymiser)
        self._rows.write(frame)

    def _watch_cells(self, readings: list[_Reading], places: np.ndarray, parsed: reading.ParsedRows) -> None:
        names = [column.name for column in self._contract.columns]
        readable = parsed.frame[names].notna().groupby(places).sum().to_numpy()
        cells = zip(places[parsed.defects["row"]], parsed.defects["column"], strict=True)
        unreadable: dict[int, collections.Counter[str]] = collections.defaultdict(collections.Counter)
        for place, name in cells:
            unreadable[place][name] += 1
        for place, reading_ in enumerate(readings):
            reading_.watch.see_cells(dict(zip(names, readable[place].tolist(), strict=True)), unreadable[place])

    def _judge(
        self, readings: list[_Reading], of_row: pd.Series, frame: pd.DataFrame, defects: pd.DataFrame
    ) -> pd.Series:
        """Which rows go to the lake: those without defect, of deliveries that are not rejected for too many of them."""
        bad = pd.Series(False, index=frame.index)
        bad.loc[defects["row"].unique()] = True
        bad_rows = bad.groupby(of_row).sum()
        rejected: list[int] = []
        for position, reading_ in enumerate(readings):
            reading_.quarantined += int(bad_rows.get(position, 0))
            reading_.reject_if_bad(self._contract.tolerated_bad_share)
            if reading_.reason is not None:
                rejected.append(position)
            if reading_.updated_since is not None:
                stored_at = pd.Timestamp(reading_.modified_ns // 1000, unit="us")
                earliest = pd.Timestamp(_LONG_AGO.replace(tzinfo=None)) + platform.OVERLAP
                greatest = frame.loc[of_row == position, "updated_at"].max()
                if not pd.isna(greatest):
                    greatest = min(max(greatest, earliest), stored_at).tz_localize("UTC").to_pydatetime()
                    since = platform.next_updated_since(greatest, stored_at.tz_localize("UTC").to_pydatetime())
                    reading_.updated_since = max(reading_.updated_since, since)
        refused = self._refused_cells(frame, defects)
        self._refused.write(refused)
        shown = pd.concat([self._night.refused, refused], ignore_index=True)
        self._night.refused = shown.groupby("delivery_id", sort=False).head(outbox.CELLS_LIMIT)
        return ~bad & ~of_row.isin(rejected)

    def _refused_cells(self, frame: pd.DataFrame, defects: pd.DataFrame) -> pd.DataFrame:
        source = frame.loc[defects["row"], ["_delivery_id", "_provider_code", "_sheet", "_source_row"]].reset_index(
            drop=True
        )
        return pd.DataFrame(
            {
                "delivery_id": source["_delivery_id"],
                "feed": self._contract.feed,
                "provider_code": source["_provider_code"],
                "sheet": privacy.scrub(source["_sheet"]),
                "source_row": source["_source_row"],
                "column_name": defects["column"].to_numpy(),
                "rule": defects["rule"].to_numpy(),
                "reason_zh": defects["reason_zh"].to_numpy(),
                "shown_value": _shown(defects, self._contract).to_numpy(),
            }
        )


def _source_columns(readings: list[_Reading]) -> dict[str, list[object]]:
    return {
        "_delivery_id": [each.delivery.delivery_id for each in readings],
        "_provider_type": [each.delivery.provider.type for each in readings],
        "_provider_code": [each.delivery.provider.code for each in readings],
        "_delivered_on": [each.delivery.delivered_on for each in readings],
        "_delivery_sequence": [each.delivery.sequence for each in readings],
        "_file_name": [each.delivery.file_name for each in readings],
    }


def _shown(defects: pd.DataFrame, contract: Contract) -> pd.Series:
    """The refused values as anybody may see them: identifiers of persons masked, whatever column they stand in."""
    personal = defects["column"].isin([column.name for column in contract.columns if column.pii])
    values = defects["value"].astype("str")
    masked = values[personal].map(privacy.mask, na_action="ignore")
    return privacy.scrub(values).mask(personal, masked)


def _first_of_each_cell(unreadable: pd.DataFrame, invalid: pd.DataFrame) -> pd.DataFrame:
    """The defects of both, without saying of a cell that could not be read that it is empty as well."""
    both = pd.concat([unreadable, invalid], ignore_index=True)
    seen_unreadable = pd.MultiIndex.from_frame(unreadable[["row", "column"]])
    cells = pd.MultiIndex.from_frame(both[["row", "column"]])
    repeats = cells.isin(seen_unreadable) & (both.index >= len(unreadable))
    return both[~repeats].sort_values(["row", "column"], kind="stable").reset_index(drop=True)
