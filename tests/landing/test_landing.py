"""Landing and archive: names say what a file is, bytes are kept for good."""

import datetime
import hashlib
import os
import pathlib
import stat

import pytest

from pipelines import settings
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


def test_the_archive_keeps_the_bytes_whatever_becomes_of_the_file(home: Home) -> None:
    path = land(home, "2025-03-01.csv", "诉求编号\nA1\n".encode("gb18030"))
    sha256 = files.archive(home, path)
    path.write_bytes(b"changed")
    kept = files.archived(home, sha256)
    assert kept.read_bytes() == "诉求编号\nA1\n".encode("gb18030")
    assert sha256 == hashlib.sha256(kept.read_bytes()).hexdigest()


def test_the_same_bytes_are_archived_once_and_nothing_else_is_left(home: Home) -> None:
    for name in ("2025-03-01.csv", "2025-03-02.csv"):
        files.archive(home, land(home, name))
    assert [path.name for path in home.archive.rglob("*") if path.is_file()] == [hashlib.sha256(b"x").hexdigest()]


def test_a_file_that_no_disk_should_hold_is_not_archived(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "BYTES_LIMIT", 2 * settings.MEGABYTE)
    files.archive(home, land(home, "2025-03-01.csv", bytes(2 * settings.MEGABYTE)))
    with pytest.raises(files.UntakenFile, match=r"2025-03-02\.csv：文件超过 2 MB"):
        files.archive(home, land(home, "2025-03-02.csv", bytes(2 * settings.MEGABYTE + 1)))
    assert len([path for path in home.archive.rglob("*") if path.is_file()]) == 1


def test_bytes_that_a_power_cut_left_short_in_the_archive_are_kept_whole_the_next_time(home: Home) -> None:
    kept = files.archived(home, files.archive(home, land(home, "2025-03-01.csv", b"whole")))
    kept.chmod(0o600)
    kept.write_bytes(b"wh")
    files.archive(home, land(home, "2025-03-02.csv", b"whole"))
    assert kept.read_bytes() == b"whole"


def test_landing_and_archive_are_closed_to_others(home: Home) -> None:
    files.archive(home, land(home, "2025-03-01.csv"))
    for folder in (home.landing, home.archive):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
