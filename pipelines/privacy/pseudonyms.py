"""Pseudonyms of persons, which only the holder of the key can make."""

import hashlib
import hmac

import pandas as pd

from pipelines.privacy import numbers

_LENGTH = 32


class Pseudonymiser:
    """Turns identity numbers into pseudonyms that only the holder of the key can make.

    There are few enough identity numbers to try them all, so a plain hash would hide nothing. The key hides them.

    Raises:
        ValueError: the key is empty.
    """

    def __init__(self, key: bytes) -> None:
        if not key:
            raise ValueError("the key of the pseudonyms is empty")
        self._key = key

    @property
    def fingerprint(self) -> str:
        """The same text for the same key. The key can't be found from it, and it is no person's pseudonym."""
        return hmac.digest(self._key, b"fingerprint of the key", hashlib.sha256).hex()

    def pseudonyms(self, values: pd.Series) -> pd.Series:
        """The first 32 hexadecimal digits of HMAC-SHA-256 over each number; null stays null.

        Spaces, dashes, full-width characters and a lower-case x make no difference: a person has the same pseudonym
        however the provider writes the number.
        """
        codes, distinct = pd.factorize(values)
        made = pd.array([self._pseudonym(str(value)) for value in distinct], dtype="str")
        return pd.Series(made.take(codes, allow_fill=True), index=values.index, name=values.name)

    def _pseudonym(self, value: str) -> str:
        normalised = "".join(filter(str.isalnum, numbers.folded(value)))
        return hmac.digest(self._key, normalised.encode(), hashlib.sha256).hex()[:_LENGTH]
