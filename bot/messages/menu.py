"""The menu of commands, out of the help text: each of its lines is a command, perhaps an argument, and words."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from bot.i18n import LOCALES
from bot.messages.reader import Reader

_LINE = re.compile(r"^\s*/([a-z_]+)\s+(.+)$", re.MULTILINE)


def command_menu() -> dict[str, list[tuple[str, str]]]:
    """(name, description) of every member's command, by language.

    >>> [name for name, _ in command_menu()["en"]][:2]
    ['stats', 'why']
    """
    menu = {}
    for locale in LOCALES:
        reader = Reader(locale, ZoneInfo("UTC"))
        menu[locale] = _LINE.findall(reader.plain("help-member"))
    return menu
