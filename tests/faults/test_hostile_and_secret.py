"""What providers write reaches neither SQL nor paths, and what is secret reaches no file and no log."""

import duckdb
import pytest

from pipelines import privacy
from tests.faults.conftest import City
from tests.faults.small_home import HOSTILE_PROVIDER, HOSTILE_TEXT, TOKEN
from tests.faults.table import Tell
from tests.homes.commands import Commands

pytestmark = pytest.mark.fault


def test_what_was_meant_to_break_sql_and_paths_is_text_like_any_other(city: City, tell: Tell) -> None:
    home = city.undisturbed
    with duckdb.connect(str(home.published_database), read_only=True) as connection:
        deliveries = connection.execute("select provider_code, status from marts.deliveries").fetchall()
        (kept,) = connection.execute(
            "select count(*) from marts.fct_appeals where appeal_id = $1",
            [HOSTILE_TEXT.removeprefix("'")],  # by which Excel marks text; it is no part of a code
        ).fetchall()
    assert kept == (1,)
    assert (HOSTILE_PROVIDER, "rejected") in deliveries
    assert ("...", "rejected") in deliveries
    beside = {path.name for path in home.root.parent.iterdir()} | {path.name for path in home.root.iterdir()}
    assert not {"escaped.csv", "x"} & beside
    tell(
        "Hostile names and values",
        f"`{HOSTILE_PROVIDER}` and `...` as provider codes, `{HOSTILE_TEXT}` as a key, a header and a file name with "
        "quotes, a zip whose file is `../../../../escaped.csv`",
        "unregistered providers rejected, the value in the fact as a value, all tables there, nothing outside",
    )


def test_a_command_that_names_something_hostile_finds_nothing(city: City, commands: Commands) -> None:
    for arguments in (
        ("explain", HOSTILE_TEXT, "--period", "2025"),
        ("explain", "VO01", "--period", HOSTILE_TEXT, "--district", HOSTILE_TEXT),
        ("rollback", "../../../etc"),
        ("check", str(city.undisturbed.providers_file), "--feed", "../../appeals", "--provider", HOSTILE_PROVIDER),
    ):
        done = commands.run(city.undisturbed, *arguments)
        assert done.exit_code == 1
        assert "Traceback" not in done.printed


def test_neither_token_nor_key_is_written_anywhere(city: City, tell: Tell) -> None:
    """The platform of the small home says the token it is shown in its answer."""
    secrets = [TOKEN.encode(), privacy.key_of(city.undisturbed)]
    searched = [path for path in city.undisturbed.root.rglob("*") if path.is_file()]
    holders = [path for path in searched if any(secret in path.read_bytes() for secret in secrets)]
    assert holders == [city.undisturbed.key_file]  # the search finds what is there
    assert not any(secret.decode() in city.printed for secret in secrets)
    assert "echo" in city.printed
    tell(
        "Secrets",
        "a platform that repeats the token in its answer; every byte of a home searched for token and pseudonym key, "
        "Dagster's storage and dbt's logs included, and what two nights printed; the arguments of a night's processes",
        f"{len(searched)} files: only the key file has the key, nothing has the token",
    )
