"""From which moment on a platform is asked, and how that moment moves on from page set to page set."""

import dataclasses
import datetime

OVERLAP = datetime.timedelta(minutes=10)
"""How far before the last update the next request starts: rows of one transaction show up a little late."""

LONGEST_READING = datetime.timedelta(hours=1)
"""What reading one page set may take; it is given up then."""

LONG_AGO = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@dataclasses.dataclass(frozen=True)
class Cursor:
    """Where the next request to a platform starts.

    ``updated_since`` has an offset from UTC; None stands before the first request, which asks for everything.

    Raises:
        ValueError: ``updated_since`` says no offset from UTC.
    """

    updated_since: datetime.datetime | None = None

    def __post_init__(self) -> None:
        if self.updated_since is not None and self.updated_since.tzinfo is None:
            raise ValueError(f"updated_since says no offset from UTC: {self.updated_since}")

    @property
    def parameter(self) -> str | None:
        """``updated_since`` as a request says it: ISO 8601 in UTC; None where nothing is said."""
        return self.updated_since.astimezone(datetime.UTC).isoformat() if self.updated_since else None

    def after(self, greatest_updated_at: datetime.datetime, stored_at: datetime.datetime) -> "Cursor":
        """The cursor once a page set is safely stored, so that the next request loses no row; it never moves back.

        It is the greatest update in the page set, but not after the reading began (a row may claim to be of the year
        9999, and rows may have changed behind the reader's back), less an overlap.

        Args:
            greatest_updated_at: of the rows in the page set, with offset.
            stored_at: when the page set's file was last written, by our clock, with offset.
        """
        reached = max(min(greatest_updated_at, stored_at - LONGEST_READING), LONG_AGO + OVERLAP)
        return Cursor(max(self.updated_since or LONG_AGO, reached - OVERLAP))
