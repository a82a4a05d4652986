"""The menu of commands in each of our languages."""

from __future__ import annotations

from collections.abc import Iterable

from bot.i18n import LOCALES, say


def command_menu(commands: Iterable[tuple[str, str]]) -> dict[str, list[tuple[str, str]]]:
    """(name, description) of each command, by language; given are (name, key of what it does).

    >>> command_menu([("stats", "help-stats")])["en"]
    [('stats', 'results, losses too')]
    """
    listed = list(commands)
    return {locale: [(name, say(locale, key)) for name, key in listed] for locale in LOCALES}
