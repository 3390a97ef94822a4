"""The files of a new feed: what stands in them, that none is written over, and that its tests are green at once."""

import csv
import pathlib
import shutil
import subprocess
import sys

import orjson
import pytest
import xlsxwriter
import yaml

from pipelines import scaffolding
from pipelines.contracts import Contract, ProviderType
from pipelines.home import Home
from pipelines.scaffolding import Scaffold, Wishes, files
from pipelines.settings import PROJECT_FOLDER

_PERSONS = ["欧阳某某", "13800001111", "440300187001010010", "某路9号"]
_VISITS = f"""社工探访记录
探访编号,探访日期,姓名,联系电话,身份证号,家庭住址,是否独居,探访方式,陪同单位统一社会信用代码,时长(小时)
TF2025-0107,2025年3月1日,{_PERSONS[0]},{_PERSONS[1]},{_PERSONS[2]},{_PERSONS[3]},是,上门,91440300MANY0LKR0D,1.5
TF2025-0108,2025年3月2日,李虚构,,440300185608031131,某路8号,否,电话,91440300MA5FG8N85H,2
TF2025-0109,2025年3月2日,王杜撰,,440300184601267155,某路7号,否,上门,,0.5
"""
_HOURS = [
    {
        "shift_id": "S-17",
        "volunteer_id": "V9",
        "started_at": "2025-03-01T09:00:00+08:00",
        "hours": 2,
        "updated_at": "2025-03-02T00:00:00+08:00",
    },
    {
        "shift_id": "S-18",
        "volunteer_id": "V9",
        "started_at": "2025-03-02T09:00:00+08:00",
        "hours": 3,
        "updated_at": "2025-03-03T00:00:00+08:00",
    },
]


def scaffold(folder: pathlib.Path, feed: str, provider_type: ProviderType, file: pathlib.Path) -> Scaffold:
    return scaffolding.propose_feed(feed, provider_type, [file], Wishes(), Home(folder / "home"))


@pytest.fixture(scope="module")
def scaffolds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Scaffold]:
    """A feed from each kind of file: text, a workbook, an answer of a platform."""
    folder = tmp_path_factory.mktemp("sent")
    text, book, answer = folder / "visits.csv", folder / "posts.xlsx", folder / "shifts.json"
    text.write_text(_VISITS, "utf-8")
    with xlsxwriter.Workbook(book) as workbook:
        sheet = workbook.add_worksheet("岗亭")
        for number, cells in enumerate((["岗亭编号", "户数", "启用日期"], ["0012", 30, 45717], ["0013", 41, 45718])):
            sheet.write_row(number, 0, cells)
    answer.write_bytes(orjson.dumps({"data": _HOURS}))
    return {
        "home_visits": scaffold(folder, "home_visits", "district", text),
        "sentry_boxes": scaffold(folder, "sentry_boxes", "municipal", book),
        "shifts": scaffold(folder, "shifts", "platform", answer),
    }


def texts(made: Scaffold) -> dict[str, str]:
    return {path.as_posix(): text for path, text in files.contents(made.contract, made.example).items()}


def test_a_feed_is_four_files_of_few_lines(scaffolds: dict[str, Scaffold]):
    made = texts(scaffolds["home_visits"])
    assert list(made) == [
        "pipelines/defs/district/home_visits/defs.yaml",
        "dbt_project/models/staging/district/stg_home_visits.sql",
        "tests/feeds/home_visits/delivery.csv",
        "tests/feeds/home_visits/expected.yaml",
    ]
    assert sum(text.count("\n") for text in made.values()) < 50
    assert max(len(line) for text in made.values() for line in text.splitlines()) <= 120


def test_what_is_declared_is_what_was_proposed(scaffolds: dict[str, Scaffold]):
    made = scaffolds["home_visits"].contract
    declared = Contract.model_validate(yaml.safe_load(scaffolding.declaration(made))["attributes"])
    described = {"description": "", "columns": ()}
    assert declared.model_copy(update=described) == made.model_copy(update=described)
    for mine, theirs in zip(declared.columns, made.columns, strict=True):
        assert mine.model_copy(update={"description": None}) == theirs.model_copy(update={"description": None})
        assert mine.description


def test_nothing_of_a_person_is_in_any_file(scaffolds: dict[str, Scaffold]):
    every = "".join(texts(scaffolds["home_visits"]).values())
    assert "探访" in every
    assert [secret for secret in (*_PERSONS, "TF2025-0107", "某路") if secret in every] == []


def test_the_delivery_is_written_as_this_provider_writes(scaffolds: dict[str, Scaffold]):
    lines = list(csv.reader(texts(scaffolds["home_visits"])["tests/feeds/home_visits/delivery.csv"].splitlines()))
    assert lines[0] == ["社工探访记录"]
    row = dict(zip(lines[1], lines[2], strict=True))
    assert (row["探访编号"], row["探访日期"], row["是否独居"]) == ("AA0000-0001", "2025年3月1日", "是")


def test_no_file_that_is_there_is_written_over(scaffolds: dict[str, Scaffold], tmp_path: pathlib.Path):
    made = scaffolds["home_visits"]
    there = tmp_path / "tests" / "feeds" / "home_visits" / "expected.yaml"
    there.parent.mkdir(parents=True)
    there.write_text("mine", "utf-8")
    with pytest.raises(scaffolding.WouldOverwrite, match=r"tests/feeds/home_visits/expected\.yaml"):
        scaffolding.write(made.contract, made.example, tmp_path)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["expected.yaml"]


@pytest.mark.parametrize(
    ("feed", "told"),
    [("Visits", "can be no feed's name"), ("2_visits", "can be"), ("appeals", "there is a feed appeals")],
)
def test_a_name_that_no_feed_can_have_is_refused(tmp_path: pathlib.Path, feed: str, told: str):
    with pytest.raises(scaffolding.InvalidName, match=told):
        scaffold(tmp_path, feed, "district", tmp_path / "never read.csv")


def test_who_is_registered_nowhere_is_told(scaffolds: dict[str, Scaffold], home: Home, tmp_path: pathlib.Path):
    home.providers_file.write_text(
        "provider_type,provider_code,name_zh,active_from,active_to\nmunicipal,sz,部,2025-01-01,\n"
    )
    sent = tmp_path / "visits.csv"
    sent.write_text(_VISITS, "utf-8")
    (doubt,) = scaffolding.propose_feed("home_visits", "district", [sent], Wishes(), home).doubts[-1:]
    assert (doubt.subject, doubt.taken) == ("providers", f"{home.providers_file} has no district")
    assert "providers" not in {each.subject for each in scaffolds["home_visits"].doubts}


@pytest.mark.long
def test_the_tests_of_new_feeds_are_green_at_once(scaffolds: dict[str, Scaffold], tmp_path: pathlib.Path):
    """The files are written into a copy of the project, and its own tests of feeds are run there."""
    for folder in ("pipelines", "expectations", "dbt_project", "tests"):
        left_out = shutil.ignore_patterns("__pycache__", "target", "from_contracts", "logs", "*.duckdb")
        shutil.copytree(PROJECT_FOLDER / folder, tmp_path / folder, ignore=left_out)
    shutil.copyfile(PROJECT_FOLDER / "pyproject.toml", tmp_path / "pyproject.toml")
    for made in scaffolds.values():
        scaffolding.write(made.contract, made.example, tmp_path)
    chosen = " or ".join([*scaffolds, "no_other_has", "nothing_is_left_over"])
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "tests/feeds",
        "tests/test_tree.py",
        "-k",
        chosen,
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    assert f"{2 * len(scaffolds) + 2} passed" in done.stdout
