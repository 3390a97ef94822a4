"""What was made of which state of its sources, so that it is made again only when they have changed."""

import hashlib
import pathlib
from collections.abc import Iterable


def digest(root: pathlib.Path, files: Iterable[pathlib.Path], *said: str) -> str:
    """Tells one state of these files under ``root``, and of what is ``said`` beside them, from another."""
    found = hashlib.sha256("\n".join(said).encode())
    for path in sorted(files):
        found.update(f"{path.relative_to(root)}\n".encode() + path.read_bytes())
    return found.hexdigest()[:16]


def is_of(made: pathlib.Path, state: str) -> bool:
    """Whether the file is there and was noted to be of this state."""
    return made.exists() and _note(made).exists() and _note(made).read_text("utf-8") == state


def note(made: pathlib.Path, state: str) -> None:
    """Says of which state the file is."""
    _note(made).write_text(state, "utf-8")


def _note(made: pathlib.Path) -> pathlib.Path:
    return made.with_name(f".{made.name}.made-of")
