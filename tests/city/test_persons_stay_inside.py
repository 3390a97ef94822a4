"""Persons' numbers and names stay in landing and archive: a whole night over files and platforms full of them.

Every feed comes with made persons in its personal columns, its free text, its unknown columns and its headers, in rows
that are fine and in rows that are refused, in files that are accepted and in files that are rejected.
"""

import csv
import dataclasses
import datetime
import io
import itertools
import json
import pathlib
import stat
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest
import xlsxwriter
import yaml
from stdnum.cn import uscc

from pipelines import contracts, providers, settings
from pipelines.contracts import Column, Contract, ProviderType
from pipelines.home import Home
from tests.city.leak_search import Persons, persons_in, persons_in_bytes
from tests.homes.commands import Commands
from tests.landing.misbehaving_platform import Answer, MisbehavingPlatform, Question, pages_of
from tests.quality.suite_rows import good_value, special_value

DAY, NIGHT = datetime.date(2025, 3, 3), datetime.date(2025, 3, 5)
DISTRICT, STRANGER, ASSOCIATION = "440303", "440399", "51440300MALHL5YB02"
GOOD_PLATFORM, BROKEN_PLATFORM = "izyz", "broken"
TOKEN = "token-that-nobody-may-read"
PROVIDER_CODES = {"district": DISTRICT, "municipal": "sz", "association": ASSOCIATION}
FINE_ROWS = 7

Cells = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Night:
    """A home after one night, everything else that the night wrote, and the persons that were planted."""

    home: Home
    printed: str
    elsewhere: list[pathlib.Path]
    planted: dict[str, str]

    def written_outside(self) -> Iterator[pathlib.Path]:
        """Every file that may hold nobody."""
        closed = (self.home.landing, self.home.archive)
        for folder in (self.home.root, *self.elsewhere):
            for path in folder.rglob("*"):
                if path.is_file() and not any(path.is_relative_to(each) for each in closed):
                    yield path


# ── rows full of persons ──────────────────────────────────────────────────────────────────────────────────────────────
class Rows:
    """Makes a feed's rows: cells by header, each with persons of its own."""

    def __init__(self, contract: Contract, persons: Persons) -> None:
        self._contract = contract
        self._persons = persons
        self._numbers = itertools.count(1)

    def fine(self) -> Cells:
        """A row that is accepted, with persons in every personal column, in free text and in unknown columns."""
        return self._row({})

    def self_employed(self) -> Cells:
        """An accepted row in which codes are identity numbers, as self-employed people give them."""
        columns = [*self._of_type("code", enumerated=False), *self._of_type("uscc")]
        return self._row({column: self._persons.id_card(self._where(column)) for column in columns if not column.key})

    def called_by_phone(self) -> Cells:
        """An accepted row in which codes are phone numbers."""
        columns = self._of_type("code", enumerated=False)
        return self._row({column: self._persons.phone(self._where(column)) for column in columns if not column.key})

    def refused(self) -> Iterator[Cells]:
        """Rows that are refused because persons stand where they can't: as dates, as members of enumerations, as
        numbers, as credit codes; and one with mistyped identity numbers."""
        dates = [*self._of_type("date"), *self._of_type("datetime")]
        numbers = [*self._of_type("int"), *self._of_type("decimal"), *self._of_type("bool")]
        wrong: list[tuple[list[Column], Callable[[str], str]]] = [
            (dates, self._persons.id_card),
            (self._of_type("code", enumerated=True), self._persons.phone),
            (numbers, self._text),
            (self._of_type("uscc"), self._persons.phone),
            (self._of_type("idcard"), self._persons.mistyped_id_card),
        ]
        for columns, person in wrong:
            if columns:
                yield self._row({column: person(self._where(column)) for column in columns})

    def without(self, missing: Column) -> Cells:
        """A row of a file that lacks a column."""
        return self._row({}, missing)

    def _row(self, given: dict[Column, Any], missing: Column | None = None) -> Cells:
        number = next(self._numbers)
        cells = {
            column.header: given[column] if column in given else self._cell(column, number)
            for column in self._contract.columns
            if column is not missing
        }
        return cells | {
            "备注": self._text(f"{self._contract.feed}: unknown column"),
            "紧急联系人": self._persons.name(f"{self._contract.feed}: unknown column of a name"),
            "家属手机": self._persons.phone(f"{self._contract.feed}: unknown column of a phone"),
            "补充说明": self._persons.id_card(f"{self._contract.feed}: unknown column of an identity number"),
        }

    def _cell(self, column: Column, number: int) -> Any:
        if column.pii or column.type == "text":
            return self._personal(column)
        if column.type == "uscc" and column.key:
            start = f"91440300MA5F{number:05d}"
            return f"{start}{uscc.calc_check_digit(start)}"
        if column.key and column.type == "code" and special_value(column) is None:
            return f"K-{number}"
        good = good_value(column)
        forms = {"date": "{:%Y-%m-%d}", "datetime": "{:%Y-%m-%dT%H:%M:%S}+08:00"}
        return forms[column.type].format(good) if column.type in forms else "是" if good is True else good

    def _personal(self, column: Column) -> str:
        if column.type == "idcard":
            return self._persons.id_card(self._where(column))
        if column.type == "phone":
            return self._persons.phone(self._where(column))
        return self._persons.name(self._where(column)) if column.pii else self._text(self._where(column))

    def _text(self, where: str) -> str:
        return f"请回电{self._persons.phone(where)}，证件号{self._persons.id_card(where)}。"

    def _of_type(self, kind: str, *, enumerated: bool = False) -> list[Column]:
        return [
            column
            for column in self._contract.columns
            if column.type == kind and enumerated == (kind == "code" and special_value(column) is not None)
        ]

    def _where(self, column: Column) -> str:
        return f"{self._contract.feed}: {column.name}"


# ── files ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def text_file(rows: list[Cells], encoding: str) -> bytes:
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode(encoding)


def workbook(rows: list[Cells], feed: str, persons: Persons) -> bytes:
    """With a person above the table, and one in the name of the sheet."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        page = book.add_worksheet(f"表{persons.phone(f'{feed}: sheet')}")
        above = f"{feed}: above the table"
        page.merge_range(0, 0, 0, len(rows[0]) - 1, f"填表人：{persons.name(above)} {persons.phone(above)}")
        for number, cells in enumerate([list(rows[0]), *(list(row.values()) for row in rows)], start=1):
            for position, cell in enumerate(cells):
                page.write(number, position, cell)
    return written.getvalue()


def zipped(name: str, content: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return written.getvalue()


def packed(number: int, rows: list[Cells], feed: str, persons: Persons) -> tuple[str, bytes]:
    """The ending and the bytes of a file of the ``number``-th feed: the ways of packing take turns."""
    ways: list[Callable[[], tuple[str, bytes]]] = [
        lambda: ("csv", text_file(rows, "utf-8")),
        lambda: ("xlsx", workbook(rows, feed, persons)),
        lambda: ("zip", zipped(f"{persons.phone(f'{feed}: name in a zip')}.csv", text_file(rows, "gb18030"))),
        lambda: ("csv", text_file(rows, "gb18030")),
        lambda: ("zip", zipped(f"{persons.phone(f'{feed}: name in a zip')}.xlsx", workbook(rows, feed, persons))),
    ]
    return ways[number % len(ways)]()


def deliver(home: Home, number: int, contract: Contract, persons: Persons) -> None:
    """Lands the feed's files: one to accept, and beside it a file without a required column, one with too many bad
    rows, one that is no table, and one from nobody registered."""
    made = Rows(contract, persons)
    provider_type = contract.providers[0]
    provider_code = PROVIDER_CODES[provider_type]
    required = next(column for column in contract.columns if column.must_be_filled)

    def land(sequence: int, rows: list[Cells], code: str = provider_code) -> None:
        header = f"回访{persons.phone(f'{contract.feed}: header')}"
        ending, content = packed(number, [row | {header: "是"} for row in rows], contract.feed, persons)
        path = home.landing / provider_type / code / contract.feed / f"{DAY}-{sequence}.{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    fine = [made.fine() for _ in range(FINE_ROWS)]
    land(1, [*fine, made.self_employed(), made.called_by_phone(), *made.refused()])
    land(2, [made.without(required)])
    land(3, [next(made.refused())])
    land(4, [made.fine()], STRANGER)
    letter = f"{persons.name(f'{contract.feed}: letter')}，{persons.phone(f'{contract.feed}: letter')}"
    path = home.landing / provider_type / provider_code / contract.feed / f"{DAY}-5.xlsx"
    path.write_bytes(letter.encode("gb18030"))


# ── platforms ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def served(contract: Contract, persons: Persons) -> list[Cells]:
    """What the good platform answers: the same rows under the columns' names, and under others that nobody agreed."""
    made = Rows(contract, persons)
    names = {column.header: column.name for column in contract.columns}
    rows = [*(made.fine() for _ in range(FINE_ROWS)), made.self_employed(), made.called_by_phone(), *made.refused()]
    return [{names.get(header, header): cell for header, cell in row.items()} for row in rows]


def broken(feed: str, persons: Persons) -> Answer:
    """What the broken platform answers: something else for each feed, and never what was asked for."""
    where = f"{feed}: fault"
    person = {"姓名": persons.name(where), "手机": persons.phone(where), "证件": persons.id_card(where)}
    text = json.dumps(person, ensure_ascii=False)
    answers = {
        "volunteers": Answer(f"{text[:-1]} ... {text}".encode()),
        "volunteer_hours": Answer(text.encode(), status=404),
        "help_requests": Answer(json.dumps({"data": [text, person], "page": text, "pages": 1, "total": 1}).encode()),
    }
    return answers[feed]


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory, commands: Commands) -> Night:
    folder = tmp_path_factory.mktemp("persons")
    home = settings.home(folder / "home")
    elsewhere = [folder / "home of the user", folder / "temporary files"]
    for each in elsewhere:
        each.mkdir()
    persons = Persons()
    commands.succeed(home, "init")
    register(home)
    of_files = [contract for contract in contracts.all_contracts().values() if contract.medium != "api"]
    of_platforms = {feed: contract for feed, contract in contracts.all_contracts().items() if contract.medium == "api"}
    for number, contract in enumerate(of_files):
        deliver(home, number, contract, persons)
    good = {feed: served(contract, persons) for feed, contract in of_platforms.items()}
    bad = {feed: broken(feed, persons) for feed in of_platforms}

    def answer(question: Question) -> Answer:
        _, platform, feed = question.path.split("/")
        return pages_of(good[feed], question) if platform == GOOD_PLATFORM else bad[feed]

    with MisbehavingPlatform(answer) as platform:
        root = platform.url.rpartition("/")[0]
        declared = {
            code: {"base_url": f"{root}/{code}", "token_env": "TOKEN"} for code in (GOOD_PLATFORM, BROKEN_PLATFORM)
        }
        home.platforms_file.write_text(yaml.safe_dump(declared), "utf-8")
        environment = {"HOME": str(elsewhere[0]), "TMPDIR": str(elsewhere[1]), "TOKEN": TOKEN}
        printed = commands.succeed(home, "nightly", "--date", str(NIGHT), **environment)
    return Night(home, printed, [*elsewhere, settings.DBT_PROJECT_FOLDER], persons.planted)


def register(home: Home) -> None:
    more: list[tuple[ProviderType, str]] = [
        ("association", ASSOCIATION),
        ("platform", GOOD_PLATFORM),
        ("platform", BROKEN_PLATFORM),
    ]
    registered = [
        providers.RegisteredProvider(provider_type=kind, provider_code=code, name_zh="样例", active_from=DAY)
        for kind, code in more
    ]
    providers.write_register(home.providers_file, providers.registered(home) + registered)


def published(night: Night, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(night.home.published_database, read_only=True) as connection:
        return connection.execute(query).fetchall()


# ── what must hold ────────────────────────────────────────────────────────────────────────────────────────────────────
def test_every_feed_was_accepted_refused_and_rejected_in_part(night: Night) -> None:
    outcomes = published(
        night,
        """
        select feed,
            count(*) filter (where status = 'accepted' and accepted > 0 and quarantined > 0),
            count(*) filter (where status = 'rejected')
        from marts.deliveries group by feed order by feed
        """,
    )
    feeds = contracts.all_contracts()

    assert outcomes == [(feed, 1, 0 if contract.medium == "api" else 4) for feed, contract in feeds.items()]


def test_all_persons_are_in_what_landed_and_in_the_archive(night: Night) -> None:
    landed = persons_in(path for path in night.home.landing.rglob("*") if path.is_file())
    archived = persons_in(path for path in night.home.archive.rglob("*") if path.is_file())
    api = tuple(f"{feed}:" for feed, contract in contracts.all_contracts().items() if contract.medium == "api")
    by_files = {secret for secret, where in night.planted.items() if not where.startswith(api)}
    by_platforms = {secret for secret, where in night.planted.items() if where.startswith(api)}
    in_faults = {secret for secret in by_platforms if "fault" in night.planted[secret]}

    assert len(by_files) > 2_000
    assert len(by_platforms) > 100
    assert set(landed) >= by_files
    assert set(archived) == by_files | by_platforms - in_faults


def test_nobody_is_found_in_anything_else_that_the_night_wrote(night: Night) -> None:
    written = list(night.written_outside())
    found = persons_in(written)

    assert {path.suffix for path in written} >= {".parquet", ".duckdb", ".db", ".xlsx", ".html", ".json", ".err"}
    leaks = [f"{night.planted[secret]}: {secret} in {place}" for secret, places in found.items() for place in places]
    assert not leaks, "\n".join(sorted(leaks)[:40])


def test_nobody_is_found_in_what_the_night_printed(night: Night) -> None:
    assert night.printed
    assert persons_in_bytes(night.printed.encode()) == set()


def test_neither_token_nor_key_is_written_anywhere(night: Night) -> None:
    secrets = [TOKEN.encode(), night.home.key_file.read_bytes().strip()]
    holders = [path for path in night.written_outside() if any(secret in path.read_bytes() for secret in secrets)]

    assert holders == [night.home.key_file]
    assert not any(secret in night.printed.encode() for secret in secrets)


def test_persons_are_known_by_pseudonyms_and_texts_keep_what_is_not_personal(night: Night) -> None:
    pseudonyms = published(night, "select id_card_pseudonym from marts.fct_member_transfers")
    topics = published(night, "select distinct topic from marts.fct_instructor_visits")

    assert len(set(pseudonyms)) == len(pseudonyms) >= FINE_ROWS
    assert all(len(pseudonym) == 32 for (pseudonym,) in pseudonyms)
    assert topics == [("请回电***********，证件号******************。",)]


def test_only_the_owner_opens_landing_archive_and_key(night: Night) -> None:
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (night.home.landing, night.home.archive)}

    assert set(modes.values()) == {0o700}
    assert stat.S_IMODE(night.home.key_file.stat().st_mode) == 0o600
