"""What the store refuses."""

from __future__ import annotations


class UnknownSignal(KeyError):
    """Nothing in the store has this number or id.

    >>> str(UnknownSignal(7))
    'there is no signal 7'
    """

    def __init__(self, ident: int | str, what: str = "signal") -> None:
        super().__init__(ident)
        self.ident = ident
        self.what = what

    def __str__(self) -> str:
        return f"there is no {self.what} {self.ident}"
