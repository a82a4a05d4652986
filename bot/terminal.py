"""Who reads what a command prints."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.messages.reader import Reader
from bot.settings import Settings


def terminal_reader(settings: Settings) -> Reader:
    """The person at the terminal reads in the language and zone of the installation."""
    return Reader(settings.locale, ZoneInfo(settings.timezone))
