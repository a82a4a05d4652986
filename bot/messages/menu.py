"""The menus of commands and what is told of the bot, in each of our languages."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from bot.i18n import LOCALES, say
from bot.messages.reader import Reader


def command_menu(commands: Iterable[tuple[str, str]]) -> dict[str, list[tuple[str, str]]]:
    """(name, description) of each command, by language; given are (name, key of what it does).

    >>> command_menu([("stats", "help-stats")])["en"]
    [('stats', 'results, losses too')]
    """
    listed = list(commands)
    return {locale: [(name, say(locale, key)) for name, key in listed] for locale in LOCALES}


def about_bot() -> dict[str, tuple[str, str]]:
    """What a stranger reads before writing to the bot, long and short, by language."""
    readers = {locale: Reader(locale, ZoneInfo("UTC")) for locale in LOCALES}
    return {locale: (reader.plain("bot-description"), reader.plain("bot-short")) for locale, reader in readers.items()}
