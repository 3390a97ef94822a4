"""A delivery tried out before it is sent: what would be returned, and which published values it would move."""

import contextlib
import dataclasses
import pathlib
import shutil
import tempfile

from pipelines import contracts, providers, settings
from pipelines.home import Home
from pipelines.landing.files import delivery_file_name
from pipelines.marts.moves import Move, moves
from pipelines.night import Night


class NotCheckable(ValueError):
    """The file can't be tried out; the message says why."""


@dataclasses.dataclass(frozen=True)
class DryRun:
    """``cells``: (sheet, row, column, reason, shown value); ``moves``: from what is published now."""

    status: str
    reason: str | None
    rows_read: int
    lines_set_aside: int
    quarantined: int
    remarks_zh: tuple[str, ...]
    cells: list[tuple[object, ...]]
    moves: list[Move]


def check(home: Home, file: pathlib.Path, feed: str, provider_code: str) -> DryRun:
    """What would become of ``file`` if it were delivered today; the home stays as it is.

    The file is taken and the warehouse built in a scratch home that shares this home's lake, read-only.

    Raises:
        contracts.UnknownFeed: nobody declared the feed.
        NotCheckable: the provider is of no type that sends the feed, or the file's kind is none that is read.
    """
    contract = contracts.contract_of(feed)
    with tempfile.TemporaryDirectory(prefix="sww-check-") as folder:
        scratch = _scratch_home(home, pathlib.Path(folder))
        today = settings.today()
        name = delivery_file_name(today, file.suffix)
        if name is None:
            raise NotCheckable(f"{file.name}: a delivery is a csv, xlsx or zip file")
        landed = scratch.landing / _provider_type(home, contract, provider_code) / provider_code / feed / name
        landed.parent.mkdir(parents=True)
        shutil.copyfile(file, landed)
        with contextlib.closing(Night(scratch, today)) as night:
            taken = night.take(contract)
            if not taken.outcomes:
                raise NotCheckable(f"{file.name}: this file has been delivered already")
            outcome = taken.outcomes[0]
            cells = taken.quarantine[["sheet", "source_row", "column_name", "reason_zh", "shown_value"]]
            return DryRun(
                status=outcome.status,
                reason=outcome.reason,
                rows_read=outcome.rows_read,
                lines_set_aside=outcome.lines_set_aside,
                quarantined=outcome.quarantined,
                remarks_zh=outcome.remarks_zh,
                cells=list(cells.itertuples(index=False, name=None)),
                moves=_moves(home, night) if outcome.accepted else [],
            )


def _scratch_home(home: Home, folder: pathlib.Path) -> Home:
    scratch = settings.home(folder)
    scratch.make_folders()
    for batch in home.lake.glob("*/*.*"):
        link = scratch.lake / batch.relative_to(home.lake)
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(batch)
    for kept in (home.providers_file, home.key_file):
        if kept.exists():
            (scratch.root / kept.name).symlink_to(kept)
    if home.published_database.exists():
        (scratch.serving / "current").symlink_to(home.published_database.parent.resolve())
    return scratch


def _provider_type(home: Home, contract: contracts.Contract, provider_code: str) -> str:
    types = {
        each.provider_type
        for each in providers.registered(home)
        if each.provider_code == provider_code and each.provider_type in contract.providers
    }
    if len(types) != 1:
        raise NotCheckable(f"{provider_code!r} is not registered as a provider of {contract.feed}")
    return types.pop()


def _moves(home: Home, night: Night) -> list[Move]:
    if not home.published_database.exists():
        return []
    return moves(home.published_database, night.build_fully())
