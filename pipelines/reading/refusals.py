"""Why a delivery is refused whole, and the limits beyond which it is.

The limits stand far above the largest real delivery (a year of service records: half a million rows, 60 MB), and low
enough that reading any file stays within some hundred megabytes of memory and some seconds.
"""

MEGABYTE = 1024 * 1024

FILE_BYTES_LIMIT = 256 * MEGABYTE
"""Bytes of one delivered file, packed and (but for page sets, which are streamed) unpacked."""

COMPRESSION_RATIO_LIMIT = 150
"""Unpacked bytes per packed byte, looked at from RATIO_MATTERS_BYTES on: small sheets of blanks pack very well."""

RATIO_MATTERS_BYTES = 16 * MEGABYTE

ARCHIVE_MEMBERS_LIMIT = 1_000

RECORD_CHARACTERS_LIMIT = 1_000_000
"""Characters of one record of a text file, its quoted line breaks included."""

COLUMNS_LIMIT = 200
"""Labelled columns of one table; the widest contract has fifteen."""

ROWS_LIMIT = 20_000_000
"""Data rows of one delivery; a year of volunteer hours of the whole city is nine million."""

SHEET_CELLS_LIMIT = 4_000_000
"""Cells between A1 and the last filled cell of one worksheet: the parser lays them all out in memory."""

PAGE_BYTES_LIMIT = 64 * MEGABYTE
"""Bytes of one page in a page set."""


class UnreadableDelivery(Exception):
    """A delivery that no row can be trusted of. ``reason_zh`` tells its provider why, and what to mend."""

    def __init__(self, reason_zh: str) -> None:
        super().__init__(reason_zh)
        self.reason_zh = reason_zh
