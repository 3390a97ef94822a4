"""A feed's night from the first step to the last."""

import collections
import datetime

import pandas as pd

from pipelines import privacy, providers, settings
from pipelines.contracts import Contract
from pipelines.feedback import outbox
from pipelines.home import Home
from pipelines.intake import discovery, fetching, sender, slices, verdict
from pipelines.intake.arrival import Arrival, is_fetched_page_set
from pipelines.intake.batch import BatchFiles, carry_over
from pipelines.intake.discovery import Replay
from pipelines.intake.slices import Slice
from pipelines.intake.taken import Taken
from pipelines.lake import drift, folding, ledger, rows, standing, validation
from pipelines.lake.effective import effective
from pipelines.lake.ledger import Batch, Outcome
from pipelines.lake.validation import Validation
from pipelines.landing import files
from pipelines.providers import Provider
from pipelines.quality import NOT_IN_THE_FUTURE, Suites, Verdicts


class Intake:
    """Takes the deliveries of one night, feed by feed.

    What every feed needs (the suites, the pseudonym key, the register of providers) is loaded once.

    Raises:
        providers.UnusableRegister: ``providers.csv`` or ``platforms.yaml`` can't be used.
    """

    def __init__(self, home: Home, night_on: datetime.date) -> None:
        self.home = home
        self.night_on = night_on
        self.suites = Suites()
        self.pseudonymiser = privacy.pseudonymiser(home)
        self.register = providers.Register(providers.registered(home))
        self.platforms = {
            code: platform
            for code, platform in providers.platforms(home).items()
            if self.register.is_active(Provider("platform", code), night_on)
        }

    def take(self, contract: Contract, replay: Replay | None = None) -> Taken:
        """Takes every delivery dated up to the night that the ledger does not know yet.

        With ``replay``, the deliveries in it are read again from the archive; the batches that hold them are replaced
        by one that has the others as they were. One delivery's trouble is that delivery's outcome; only what
        endangers the lake is raised (OSError).
        """
        folding.fold(self.home, contract.feed, self.night_on)
        live = ledger.batches(self.home, contract.feed)
        known = [outcome for batch in live for outcome in batch.outcomes]
        unanswered = fetching.fetch(self.home, contract, self.night_on, known, self.platforms)
        landed = files.scan(self.home, contract.feed)
        replaced = discovery.batches_of(replay, live)
        new, unopened = discovery.new_arrivals(self.home, contract, self.night_on, landed.files, known)
        taken = Taken(contract.feed, faults=[*unanswered, *unopened], strays=landed.strays)
        arrivals = [*_arrivals_again(replaced, replay, contract), *new]
        if arrivals:
            self._commit(contract, arrivals, live, replaced, taken)
        for file in landed.files:
            is_ours = is_fetched_page_set(contract, file.provider, file.path.name)
            if is_ours and file.delivered_on <= self.night_on and not taken.faults:
                file.path.unlink()  # it is in the archive now
        return taken

    def take_again(self, contract: Contract) -> Taken:
        """Reads every delivery of the ledger again from the archive, into one batch, and looks at nothing else."""
        live = ledger.batches(self.home, contract.feed)
        taken = Taken(contract.feed)
        if live:
            arrivals = [Arrival.again(outcome, contract) for batch in live for outcome in batch.outcomes]
            self._commit(contract, arrivals, live, live, taken)
        return taken

    def _commit(
        self,
        contract: Contract,
        arrivals: list[Arrival],
        live: list[Batch],
        replaced: list[Batch],
        taken: Taken,
    ) -> None:
        """Makes one batch of the arrivals and of what the batches that it replaces have of other deliveries."""
        ids = {arrival.delivery.delivery_id for arrival in arrivals}
        settled = [outcome for batch in live if batch not in replaced for outcome in batch.outcomes]
        in_replaced = [outcome for batch in replaced for outcome in batch.outcomes]
        carried = [outcome for outcome in in_replaced if outcome.delivery.delivery_id not in ids]
        arrivals.sort(key=lambda each: (each.delivery.provider, each.delivery.order))
        with ledger.new_batch_folder(self.home, contract.feed) as folder:
            files_of_batch = BatchFiles(folder, contract, self.pseudonymiser)
            self._read_and_judge(contract, arrivals, files_of_batch, taken)
            if carried:
                carry_over(replaced, ids, folder)
            validation.write(folder, _validations(arrivals, replaced, carried))
            outcomes = [arrival.outcome() for arrival in arrivals]
            of_feed = effective([*settled, *carried, *outcomes], contract)
            taken.outcomes = of_feed[len(settled) + len(carried) :]
            taken.differences = drift.differences(of_feed, contract)
            self._tell(contract, taken, of_feed[: len(settled) + len(carried)], live)
            ledger.commit(folder, self.night_on, [*carried, *outcomes], tuple(batch.name for batch in replaced))

    def _tell(self, contract: Contract, taken: Taken, others: list[Outcome], live: list[Batch]) -> None:
        """Tells the providers what became of their deliveries, and of ``others`` what the new ones make of them."""
        before = effective((outcome for batch in live for outcome in batch.outcomes), contract)
        was = {outcome.delivery.delivery_id: outcome for outcome in before}
        changed = [outcome for outcome in others if was[outcome.delivery.delivery_id] != outcome]
        ids = [outcome.delivery.delivery_id for outcome in changed]
        cells = standing.quarantined_cells(self.home, contract, ids, of_each="delivery_id", at_most=outbox.CELLS_LIMIT)
        headers = {column.name: column.header for column in contract.columns_read}
        outbox.write(self.home, [*taken.outcomes, *changed], pd.concat([taken.quarantine, cells]), headers)

    def _read_and_judge(
        self, contract: Contract, arrivals: list[Arrival], files_of_batch: BatchFiles, taken: Taken
    ) -> None:
        for arrival in arrivals:
            arrival.reason = verdict.why_not_read(arrival.delivery, contract, self.register)
        read = [arrival for arrival in arrivals if arrival.reason is None]
        for slice_ in slices.read(self.home, contract, read):
            self._judge(contract, slice_, files_of_batch, taken)
            del slice_  # before the next one is read: memory holds one
        for arrival in read:
            _reject_if_too_bad(arrival, contract)
            arrival.names_other_zh = sender.other_named(arrival.notes.titles, arrival.delivery.provider, self.register)
        contradicting = files_of_batch.close({each.delivery.delivery_id for each in read if each.reason is not None})
        taken.note_quarantined(contradicting)
        turned_out = collections.Counter(contradicting["delivery_id"])
        for arrival in read:
            arrival.rows_with_defects += turned_out[arrival.delivery.delivery_id]
            _reject_if_too_bad(arrival, contract)
        taken.forget_quarantined({each.delivery.delivery_id for each in read if not each.is_whole})

    def _judge(self, contract: Contract, slice_: Slice, files_of_batch: BatchFiles, taken: Taken) -> None:
        parsed = slice_.parsed
        checked = self.suites.validate(contract.feed, parsed)
        judged = verdict.judge(parsed.frame, checked.defects, contract, self.pseudonymiser)
        slice_.note_defects(judged.has_defect)
        later = {each.column: each.rows for each in checked.expectations if each.rule == NOT_IN_THE_FUTURE}
        slice_.note_later_days(contract, later)
        for arrival in slice_.arrivals:
            _reject_if_too_bad(arrival, contract)
        is_accepted = ~judged.has_defect & ~slice_.is_of_rejected()
        files_of_batch.write(parsed.frame[is_accepted], judged.cells)
        self._note_validation(slice_, checked)
        taken.note_quarantined(judged.cells)

    def _note_validation(self, slice_: Slice, checked: Verdicts) -> None:
        rules = tuple(expectation.name for expectation in checked.expectations)
        broken = {each.name: slice_.rows_of_each(each.rows) for each in checked.expectations if len(each.rows)}
        for place, (arrival, count) in enumerate(zip(slice_.arrivals, slice_.rows_of_each(), strict=True)):
            of_arrival = {name: counts[place] for name, counts in broken.items() if counts[place]}
            said = Validation(validated_on=settings.today(), rows=count, rules=rules, broken=of_arrival)
            arrival.see_validation(said)


def _arrivals_again(replaced: list[Batch], replay: Replay | None, contract: Contract) -> list[Arrival]:
    """The deliveries of the replay, and all of the batches to be replaced where a column has changed its type."""
    can_stay = rows.can_join([batch.rows_file for batch in replaced], rows.rows_schema(contract))
    return [
        Arrival.again(outcome, contract)
        for batch in replaced
        for outcome in batch.outcomes
        if not can_stay or (replay and outcome in replay)
    ]


def _validations(arrivals: list[Arrival], replaced: list[Batch], carried: list[Outcome]) -> dict[str, Validation]:
    known = {key: said for batch in replaced for key, said in validation.of_batch(batch).items()} if carried else {}
    ids = [outcome.delivery.delivery_id for outcome in carried]
    said = {arrival.delivery.delivery_id: arrival.validation for arrival in arrivals if arrival.validation}
    return {delivery_id: known[delivery_id] for delivery_id in ids if delivery_id in known} | said


def _reject_if_too_bad(arrival: Arrival, contract: Contract) -> None:
    """Not before all of its rows have been read: only then is their number known."""
    if arrival.is_whole and arrival.reason is None:
        arrival.reason = verdict.why_of_later_days(
            arrival.rows_read, arrival.rows_of_later_days, arrival.latest_day, arrival.delivery.delivered_on
        ) or verdict.why_too_bad(arrival.rows_read, arrival.rows_with_defects, contract.tolerated_bad_share)
