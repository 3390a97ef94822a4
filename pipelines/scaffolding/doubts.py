"""What a proposal is unsure of."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Doubt:
    """One thing to check: what it is about, what was taken and why, and what to look at; one line each."""

    subject: str
    taken: str
    check: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.taken}; {self.check}"
