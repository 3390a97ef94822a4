"""The archive keeps bytes for good."""

import hashlib
import pathlib
import stat

import pytest

from pipelines import settings
from pipelines.home import Home
from pipelines.landing import archive


def land(home: Home, name: str, content: bytes = b"x") -> pathlib.Path:
    path = home.landing / "district" / "440303" / "appeals" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_the_archive_keeps_the_bytes_whatever_becomes_of_the_file(home: Home) -> None:
    path = land(home, "2025-03-01.csv", "诉求编号\nA1\n".encode("gb18030"))
    sha256 = archive.store(home, path)
    path.write_bytes(b"changed")
    kept = archive.path_of(home, sha256)
    assert kept.read_bytes() == "诉求编号\nA1\n".encode("gb18030")
    assert sha256 == hashlib.sha256(kept.read_bytes()).hexdigest()


def test_the_same_bytes_are_archived_once_and_nothing_else_is_left(home: Home) -> None:
    for name in ("2025-03-01.csv", "2025-03-02.csv"):
        archive.store(home, land(home, name))
    assert [path.name for path in home.archive.rglob("*") if path.is_file()] == [hashlib.sha256(b"x").hexdigest()]


def test_a_file_that_no_disk_should_hold_is_not_archived(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "BYTES_LIMIT", 2 * settings.MEGABYTE)
    archive.store(home, land(home, "2025-03-01.csv", bytes(2 * settings.MEGABYTE)))
    with pytest.raises(archive.UntakenFile, match=r"2025-03-02\.csv：文件超过 2 MB"):
        archive.store(home, land(home, "2025-03-02.csv", bytes(2 * settings.MEGABYTE + 1)))
    assert len([path for path in home.archive.rglob("*") if path.is_file()]) == 1


def test_bytes_that_a_power_cut_left_short_in_the_archive_are_kept_whole_the_next_time(home: Home) -> None:
    kept = archive.path_of(home, archive.store(home, land(home, "2025-03-01.csv", b"whole")))
    kept.chmod(0o600)
    kept.write_bytes(b"wh")
    archive.store(home, land(home, "2025-03-02.csv", b"whole"))
    assert kept.read_bytes() == b"whole"


def test_landing_and_archive_are_closed_to_others(home: Home) -> None:
    archive.store(home, land(home, "2025-03-01.csv"))
    for folder in (home.landing, home.archive):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
