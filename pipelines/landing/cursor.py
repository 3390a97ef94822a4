"""The moment from which a platform is asked for changes, and how it moves forward with each page set."""

import dataclasses
import datetime

OVERLAP = datetime.timedelta(minutes=10)
"""The next request starts this long before the last update: rows of one transaction can appear a little late."""

LONGEST_READING = datetime.timedelta(hours=1)
"""The time limit for reading one page set."""

LONG_AGO = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@dataclasses.dataclass(frozen=True)
class Cursor:
    """Where the next request to a platform starts.

    ``updated_since`` has an offset from UTC. None means that nothing was read yet: the request asks for everything.

    Raises:
        ValueError: ``updated_since`` has no offset from UTC.
    """

    updated_since: datetime.datetime | None = None

    def __post_init__(self) -> None:
        if self.updated_since is not None and self.updated_since.tzinfo is None:
            raise ValueError(f"updated_since has no offset from UTC: {self.updated_since}")

    @property
    def parameter(self) -> str | None:
        """``updated_since`` as a request parameter, ISO 8601 in UTC; None where the request leaves it out."""
        return self.updated_since.astimezone(datetime.UTC).isoformat() if self.updated_since else None

    def after(self, greatest_updated_at: datetime.datetime, stored_at: datetime.datetime) -> "Cursor":
        """The cursor after a page set was safely stored. It never moves back, and the next request loses no row.

        It is the greatest update in the page set, less an overlap. It is never later than the start of the reading: a
        row may claim to be of the year 9999, and a row may have changed after its page was read.

        Args:
            greatest_updated_at: the latest update among the rows of the page set, with offset.
            stored_at: the time at which the file was last written, by our clock, with offset.
        """
        reached = max(min(greatest_updated_at, stored_at - LONGEST_READING), LONG_AGO + OVERLAP)
        return Cursor(max(self.updated_since or LONG_AGO, reached - OVERLAP))
