"""What `make nightly` leaves in the default home is nothing that git would see."""

import pathlib
import shutil
import subprocess

from pipelines.home import Home
from pipelines.settings import PROJECT_FOLDER


def seen_by_git(project: pathlib.Path) -> list[str]:
    listed = subprocess.run(
        ["git", "status", "--porcelain", "--untracked-files=all"],
        cwd=project, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return listed.stdout.splitlines()


def test_the_sample_city_and_its_night_leave_git_clean(city_home: Home, tmp_path: pathlib.Path) -> None:
    """A project of its own, with our rules of what git ignores; its home holds all names that are in the city's."""
    shutil.copyfile(PROJECT_FOLDER / ".gitignore", tmp_path / ".gitignore")
    default_home = tmp_path / "warehouse"
    default_home.mkdir()
    (default_home / "README.md").write_text("tracked", "utf-8")
    for arguments in (["init", "--quiet"], ["add", "--all"]):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True)
    tracked = seen_by_git(tmp_path)

    for entry in city_home.root.iterdir():
        (default_home / entry.name).write_text("untracked", "utf-8")

    assert {"landing", "serving", "NOTICE.md", "providers.csv"} <= {entry.name for entry in default_home.iterdir()}
    assert seen_by_git(tmp_path) == tracked == ["A  .gitignore", "A  warehouse/README.md"]
