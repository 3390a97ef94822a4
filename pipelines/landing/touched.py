"""Landed files that were touched and not changed, as all are in a copied home: hashed once, and not every night."""

import json
import pathlib

from pipelines.home import Home


def known(home: Home, feed: str) -> dict[str, str]:
    """The SHA-256 of each of a feed's files that was found unchanged, by ``LandedFile.state``."""
    path = _path(home, feed)
    found: dict[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return found


def note(home: Home, feed: str, touched: dict[str, str]) -> None:
    """Keeps them for the next night. If they are lost, it hashes the files again."""
    path = _path(home, feed)
    if touched != known(home, feed):
        path.parent.mkdir(exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(touched, ensure_ascii=False, indent=1), "utf-8")
        unfinished.replace(path)


def _path(home: Home, feed: str) -> pathlib.Path:
    return home.build / "touched" / f"{feed}.json"
