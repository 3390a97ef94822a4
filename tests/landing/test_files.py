"""Landing: names say what a file is."""

import datetime
import os
import pathlib

import pytest

from pipelines.home import Home
from pipelines.landing import files
from pipelines.providers import Provider


def land(home: Home, name: str, content: bytes = b"x") -> pathlib.Path:
    path = home.landing / "district" / "440303" / "appeals" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_a_name_gives_provider_date_and_sequence(home: Home) -> None:
    land(home, "2025-03-01-2.csv", b"abc")
    (file,) = files.scan(home, "appeals").files
    assert (file.provider, file.delivered_on, file.sequence) == (
        Provider("district", "440303"),
        datetime.date(2025, 3, 1),
        2,
    )
    assert file.size_bytes == 3


def test_files_are_listed_by_date_and_sequence_not_by_name(home: Home) -> None:
    for name in ("2025-03-01-10.csv", "2025-03-01-2.csv", "2025-02-28.xlsx", "2025-03-01.zip"):
        land(home, name)
    names = [file.path.name for file in files.scan(home, "appeals").files]
    assert names == ["2025-02-28.xlsx", "2025-03-01.zip", "2025-03-01-2.csv", "2025-03-01-10.csv"]


@pytest.mark.parametrize("name", ["台账.csv", "2025-02-30.csv", "2025-03-01.docx", "20250301.csv"])
def test_a_name_that_says_no_date_or_kind_is_a_stray(home: Home, name: str) -> None:
    path = land(home, name)
    landed = files.scan(home, "appeals")
    assert (landed.files, landed.strays) == ((), (path,))


def test_a_folder_with_a_name_in_gbk_makes_its_files_strays(home: Home) -> None:
    folder = home.landing / "district" / os.fsdecode("罗湖".encode("gbk")) / "appeals"
    folder.mkdir(parents=True)
    (folder / "2025-03-01.csv").touch()
    landed = files.scan(home, "appeals")
    assert (landed.files, [path.name for path in landed.strays]) == ((), ["2025-03-01.csv"])


def test_a_file_still_being_written_is_not_seen(home: Home) -> None:
    land(home, ".2025-03-01.csv.part")
    assert files.scan(home, "appeals") == files.Landed((), ())


def test_a_link_is_not_followed(home: Home, tmp_path: pathlib.Path) -> None:
    (tmp_path / "secret.csv").write_text("secret")
    path = land(home, "2025-03-01.csv")
    path.unlink()
    path.symlink_to(tmp_path / "secret.csv")
    assert files.scan(home, "appeals").files == ()
