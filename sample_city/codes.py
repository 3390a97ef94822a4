"""Codes with right check digits that nobody can own: enterprises, organisations, residents, mobile numbers.

All functions work on whole arrays of serial numbers; the same serial number always gives the same code.
"""

import numpy
import numpy.typing

Serials = numpy.typing.NDArray[numpy.int64]
Texts = numpy.typing.NDArray[numpy.str_]

_USCC_ALPHABET = numpy.array(list("0123456789ABCDEFGHJKLMNPQRTUWXY"))
_USCC_WEIGHTS = numpy.array([pow(3, position, 31) for position in range(17)])
_ORGANISATION_WEIGHTS = numpy.array([3, 7, 9, 10, 5, 8, 4, 2])
_RESIDENT_WEIGHTS = numpy.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_RESIDENT_CHECKS = numpy.array(list("10X98765432"))

_BODIES = 31**6
_BIRTHDAYS = 36524  # the days from 1800-01-01 to 1899-12-31
_IDS_A_DAY = 999


def usccs(prefix: str, serials: Serials) -> Texts:
    """Unified social credit codes (GB 32100-2015, 18 characters, right check digit) of the given serial numbers.

    ``prefix`` is the registering department and the kind of body, e.g. ``91`` for an enterprise. The organisation code
    inside (GB 11714) ends in a wrong check digit on purpose, so no registry can have issued the code.
    """
    fixed = [_position_in_alphabet(character) for character in f"{prefix}440300MA"]
    scattered = (serials.astype(numpy.int64) * 387_420_499 + 170_625) % _BODIES
    body = numpy.stack([scattered // 31**power % 31 for power in range(5, -1, -1)], axis=1)
    digits = numpy.empty((len(serials), 18), dtype=numpy.int64)
    digits[:, :10] = fixed
    digits[:, 10:16] = body
    digits[:, 16] = _wrong_organisation_check(digits[:, 8:16])
    digits[:, 17] = (31 - digits[:, :17] @ _USCC_WEIGHTS % 31) % 31
    return _joined(_USCC_ALPHABET[digits])


def _position_in_alphabet(character: str) -> int:
    return int(numpy.flatnonzero(character == _USCC_ALPHABET)[0])


def _wrong_organisation_check(body: Serials) -> Serials:
    """A digit that is not the check digit of the eight characters before it."""
    values = numpy.array([int(character, 36) for character in _USCC_ALPHABET])[body]
    right = (11 - values @ _ORGANISATION_WEIGHTS % 11) % 11
    wrong: Serials = (right + 5) % 10
    return wrong


def resident_ids(serials: Serials) -> Texts:
    """Resident identity numbers (GB 11643, right check digit) of people born in the nineteenth century."""
    scattered = (serials.astype(numpy.int64) * 7_368_787 + 29) % (_BIRTHDAYS * _IDS_A_DAY)
    birthdays = numpy.datetime64("1800-01-01", "D") + scattered % _BIRTHDAYS
    order = scattered // _BIRTHDAYS + 1
    dates = numpy.char.replace(birthdays.astype(str), "-", "")
    body = numpy.char.add(numpy.char.add("440300", dates), numpy.char.zfill(order.astype(str), 3))
    digits = body.astype("U17").view("U1").reshape(len(serials), 17).astype(numpy.int64)
    checks = _RESIDENT_CHECKS[digits @ _RESIDENT_WEIGHTS % 11]
    return numpy.char.add(body, checks)


def mobile_numbers(serials: Serials) -> Texts:
    """Well-formed mobile numbers of the range 1400, which serves devices: no person answers them."""
    return numpy.char.add("1400", numpy.char.zfill((serials * 7_919 % 10_000_000).astype(str), 7))


def _joined(characters: Texts) -> Texts:
    rows = numpy.ascontiguousarray(characters).view(f"U{characters.shape[1]}")
    flat: Texts = rows.reshape(-1)
    return flat
