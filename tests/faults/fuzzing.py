"""``python -m tests.faults.fuzzing SECONDS SEED`` spoils the small home's deliveries at random, and reads each.

It ends with exit code 1 and the file that did it, if anything but rows or a refusal comes of one; otherwise it prints
as JSON how many files it read and how many of them were refused, the slowest one's seconds and its own peak memory.
"""

import gzip
import io
import json
import pathlib
import random
import re
import sys
import tempfile
import time
import zipfile

import click

from pipelines import contracts, reading
from tests.feeds.test_feeds import delivered, described

_LONGEST_CUT = 200
_ROWS_A_SLICE = 1_000
_TROUBLE = [b"\0", b'"', b"\r", b"\n", b",", b"\xff\xfe", b"9" * 400, b"&#0;", b"<", b"="]


def main(seconds: float, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    seeds = [(feed, *_delivery(feed)) for feed in contracts.all_contracts()]
    files, refused, slowest = 0, 0, 0.0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        feed, file_name, payload = chance.choice(seeds)
        _, _, other = chance.choice(seeds)
        spoiled = _spoil_inside(payload, other, chance) if chance.random() < 0.5 else _spoil(payload, other, chance)
        began = time.monotonic()
        try:
            refused += _is_refused(feed, file_name, spoiled)
        except BaseException:
            with tempfile.NamedTemporaryFile("wb", prefix="spoiled-", suffix=f"-{file_name}", delete=False) as kept:
                kept.write(spoiled)
            click.echo(f"seed {seed}, file {files}, feed {feed}: {kept.name}", err=True)
            raise
        files += 1
        slowest = max(slowest, time.monotonic() - began)
    click.echo(json.dumps({"files": files, "refused": refused, "slowest_seconds": slowest, "peak_mb": _peak_mb()}))


def _peak_mb() -> int:
    """The most memory that this process has had; ``ru_maxrss`` would count what it was forked from."""
    status = pathlib.Path("/proc/self/status").read_text("ascii")
    return int(re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)[1]) // 1024


def _delivery(feed: str) -> tuple[str, bytes]:
    file_name = pathlib.PurePath(described(feed, "expected")["landed"]).name
    return file_name, delivered(feed, file_name)


def _is_refused(feed: str, file_name: str, payload: bytes) -> bool:
    contract = contracts.contract_of(feed)
    try:
        for table in reading.read_slices(payload, file_name, contract, _ROWS_A_SLICE):
            reading.parse(table.rows, contract)
    except reading.UnreadableDelivery:
        return True
    return False


def _spoil(payload: bytes, other: bytes, chance: random.Random) -> bytes:
    """Some bytes changed, cut out, doubled, or taken from another file."""
    spoiled = bytearray(payload)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(spoiled) + 1)
        end = min(at + chance.randint(0, _LONGEST_CUT), len(spoiled))
        kind = chance.randrange(6)
        if kind == 0:
            spoiled[at : at + 1] = chance.randbytes(1)
        elif kind == 1:
            del spoiled[at:end]
        elif kind == 2:
            spoiled[at:at] = spoiled[at:end] * chance.choice([1, 2, 50, 5_000])
        elif kind == 3:
            start = chance.randrange(len(other) + 1)
            spoiled[at:end] = other[start : start + _LONGEST_CUT]
        elif kind == 4:
            spoiled[at:at] = chance.choice(
                [b"\0", b'"', b"\r", b"\n", b",", b"\xff\xfe", b"9" * 400, b"&#0;", b"<", b"="]
            )
        else:
            del spoiled[at:]
    return bytes(spoiled)


def _spoil_inside(payload: bytes, other: bytes, chance: random.Random) -> bytes:
    """As ``_spoil``, but below the compression of a zip, a workbook or a page set, whose own checksums stay right."""
    if payload.startswith(b"\x1f\x8b"):
        return gzip.compress(_spoil(gzip.decompress(payload), other, chance), 1)
    if not payload.startswith(b"PK"):
        return _spoil(payload, other, chance)
    with zipfile.ZipFile(io.BytesIO(payload)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(sorted(members))
    members[name] = _spoil(members[name], other, chance)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in members.items():
            archive.writestr(each, content)
    return written.getvalue()


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
