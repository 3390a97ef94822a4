"""What ``make`` leaves in a home: files where they land, the register, and a true account of what it planted."""

import datetime
import pathlib

import pandas
import pytest

from pipelines import settings
from pipelines.home import Home
from pipelines.providers import initialise, registered, write_register
from sample_city import making, planning
from sample_city.city import City
from sample_city.delivery import Delivery, FeedPlan

FEBRUARY = datetime.date(2025, 2, 1), datetime.date(2025, 2, 28)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, list[planning.Planted], list[str]]:
    home, said = settings.home(tmp_path_factory.mktemp("made")), []
    return home, making.make(home, *FEBRUARY, 0.0005, said.append), said


def test_everyone_who_delivers_is_registered_but_the_stranger(made) -> None:
    home, planted, _ = made
    known = {(each.provider_type, each.provider_code) for each in registered(home)}
    delivering = {path.parts[-4:-2] for path in home.landing.glob("*/*/*/*")}

    assert delivering - known == {
        (each.provider_type, each.provider_code) for each in planted if each.kind == "unregistered provider"
    }
    assert len(known) == 11 + 1 + 864 + 3


def test_what_is_planted_is_there_and_what_is_missing_is_not(made) -> None:
    home, planted, _ = made
    files = [each for each in planted if each.file_name]
    missing = [each for each in planted if each.status == "missing"]

    assert files
    assert missing
    for each in files:
        assert path_of(home, each).is_file(), each
    for each in missing:
        folder = home.landing / each.provider_type / each.provider_code / each.feed
        assert not list(folder.glob(f"{each.delivered_on}.*")), each


def path_of(home: Home, planted: planning.Planted) -> pathlib.Path:
    return home.landing / planted.provider_type / planted.provider_code / planted.feed / planted.file_name


def test_progress_is_told_for_every_domain_and_the_home_says_that_all_is_made(made) -> None:
    home, _, said = made

    assert len(said) == len(planning.DOMAINS)
    assert "样例数据" in home.notice_file.read_text("utf-8")


def test_a_home_of_real_providers_or_deliveries_is_left_alone(home: Home) -> None:
    initialise(home)
    register = [*registered(home), registered(home)[0].model_copy(update={"provider_code": "440399"})]
    write_register(home.providers_file, register)
    with pytest.raises(making.NotASample, match="a home of its own"):
        making.make(home, *FEBRUARY, 0.0005, print)
    assert registered(home) == register

    write_register(home.providers_file, register[:-1])
    folder = home.lake / "appeals" / "2025-03-01.1"
    folder.mkdir(parents=True)
    (folder / "ledger.json").touch()
    with pytest.raises(making.NotASample):
        making.make(home, *FEBRUARY, 0.0005, print)
    assert list(home.landing.iterdir()) == []


def test_persons_data_is_closed_to_others(made) -> None:
    home, _, _ = made

    assert home.landing.stat().st_mode & 0o077 == 0


def test_the_account_counts_by_kind() -> None:
    rows = pandas.DataFrame({"suggestion_id": ["1", "2"]})
    plan = FeedPlan(
        "suggestions",
        rows,
        [
            Delivery("suggestions", "district", "440303", datetime.date(2025, 3, 4), rows, planted="late"),
            Delivery(
                "suggestions",
                "district",
                "440304",
                datetime.date(2025, 3, 4),
                rows,
                planted="bad category",
                quarantined=1,
            ),
        ],
    )
    planted = [
        each for each in planning.Plan(City(), {"suggestions": plan}).planted if each.kind in ("late", "bad category")
    ]

    assert [(each.kind, each.rows_read, each.quarantined) for each in planted] == [
        ("late", 2, 0),
        ("bad category", 2, 1),
    ]
    assert planning.summary(planted) == [
        "bad category: 1 deliveries, 1 rows to quarantine, 0 repeated rows",
        "late: 1 deliveries, 0 rows to quarantine, 0 repeated rows",
    ]
