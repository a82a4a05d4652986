"""How each option of the command line is written; a wrong one is named, with what it must be."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable

from bot import setting_shapes

MOST_DAYS = 36_500
MOST_CUTS = 100_000


def _number(text: str, least: float, above: bool = False) -> float:
    words = f"must be a number {'above' if above else 'of at least'} {least:g}, not {text}"
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(words) from None
    if not least <= value < math.inf or (above and value == least):
        raise argparse.ArgumentTypeError(words)
    return value


def not_negative(text: str) -> float:
    """A number of at least 0."""
    return _number(text, 0.0)


def positive(text: str) -> float:
    """A number above 0."""
    return _number(text, 0.0, above=True)


def seed(text: str) -> int:
    """A whole number of at least 0."""
    if not text.isdecimal() or len(text) > 18:
        raise argparse.ArgumentTypeError(f"must be a whole number of at least 0, not {text}")
    return int(text)


def days(text: str) -> int:
    """How many days."""
    return _whole(text, MOST_DAYS)


def cuts(text: str) -> int:
    """How many places."""
    return _whole(text, MOST_CUTS)


def _whole(text: str, most: int) -> int:
    if not text.isdecimal() or not 1 <= int(text[:9]) <= most:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to {most}, not {text}")
    return int(text[:9])


def pairs(text: str) -> tuple[str, ...]:
    """OKX instIds, comma separated."""
    try:
        return setting_shapes.pairs(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def shape(read: Callable[[str], object]) -> Callable[[str], str]:
    """An option that is written into .env: checked as a setting, kept as text."""

    def checked(text: str) -> str:
        try:
            read(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None
        return text

    return checked
