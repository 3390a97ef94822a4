"""The key of the pseudonyms. It is made on first use, and later compared with the one that made the lake."""

import contextlib
import os
import secrets
import tempfile

from pipelines import settings
from pipelines.home import Home
from pipelines.privacy.pseudonyms import Pseudonymiser


class OtherKey(RuntimeError):
    """The key is not the one that made the lake's pseudonyms: the same person would get another pseudonym."""


def key_of(home: Home) -> bytes:
    """The key of the pseudonyms: ``SWW_PII_KEY``, else the home's key file, made on first use with mode 0600."""
    if key := settings.pii_key():
        return key
    if not home.key_file.exists():
        # Linked only when it is complete, so nobody reads half a key. If two processes make one, the first counts.
        with tempfile.NamedTemporaryFile(dir=home.root, prefix=".unfinished-") as made:
            made.write(secrets.token_hex(32).encode())
            made.flush()
            with contextlib.suppress(FileExistsError):
                os.link(made.name, home.key_file)
    return home.key_file.read_bytes().strip()


def pseudonymiser(home: Home) -> Pseudonymiser:
    """A pseudonymiser with the key of this home."""
    return Pseudonymiser(key_of(home))


def check_key(home: Home) -> None:
    """Compares the key with the one that made the lake's pseudonyms. The first time, it notes the key's fingerprint.

    Raises:
        OtherKey: the key is another one, or is gone.
    """
    noted = home.key_fingerprint_file
    if not noted.exists():
        unfinished = noted.with_suffix(".unfinished")
        unfinished.write_text(pseudonymiser(home).fingerprint, "utf-8")
        unfinished.replace(noted)
    elif settings.pii_key() is None and not home.key_file.exists():
        raise OtherKey(
            f"the key of the pseudonyms is gone: put {home.key_file.name} back, or set SWW_PII_KEY as it was. "
            "With a new key no person would be recognised, and persons would be counted twice."
        )
    elif noted.read_text("utf-8") != pseudonymiser(home).fingerprint:
        raise OtherKey(
            "the key of the pseudonyms (SWW_PII_KEY, else the key file) is not the one that the lake was made with: "
            "put that one back. With another key no person would be recognised, and persons would be counted twice."
        )
