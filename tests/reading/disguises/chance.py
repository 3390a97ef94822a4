"""Random choices, and what they were."""

import random
from collections.abc import Sequence
from typing import TypeVar

from tests.reading.disguises.spellings import Fate

_T = TypeVar("_T")


class Chance:
    """Chooses, the same for the same seed; keeps what was told of the choices, and whether the file may be refused."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311
        self.told: list[str] = []
        self.may_be_refused = False

    def is_so(self, times: int, of: int) -> bool:
        """Yes, so many times of so many."""
        return self._random.randrange(of) < times

    def one_of(self, choices: Sequence[_T]) -> _T:
        return self._random.choice(choices)

    def number(self, first: int, last: int) -> int:
        """A number between two, both included."""
        return self._random.randint(first, last)

    def some(self, choices: Sequence[_T], count: int) -> list[_T]:
        """So many of the choices, in any order."""
        return self._random.sample(choices, count)

    def tell(self, what: str, fate: Fate = Fate.READ) -> None:
        self.told.append(what)
        self.may_be_refused = self.may_be_refused or fate is Fate.REFUSED
