"""The integers that a database column can hold."""

from __future__ import annotations

LARGEST = 2**63 - 1


def fits(value: int) -> bool:
    """Whether a column can hold it: what people type (`/why 99999999999999999999`) may be larger.

    >>> fits(7), fits(10**20), fits(-(2**63))
    (True, False, True)
    """
    return -LARGEST - 1 <= value <= LARGEST
