"""Settings by buttons: what may change what, and rows of choices with the chosen one marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.commands.desk import Caller
from bot.messages.buttons import tap_data
from bot.messages.reader import Reader
from bot.ports import Button

NAMESPACE = "e"
Rows = tuple[tuple[Button, ...], ...]


def may_choose(caller: Caller) -> bool:
    """A person for themselves; for a group, a channel or the web chat an admin."""
    return caller.incoming.private or caller.may("admin")


def rows(name: str, choices: Iterable[tuple[str, str]], chosen: Sequence[str], reader: Reader, width: int = 2) -> Rows:
    """Buttons (value, label) of one setting, `width` a row, and the way back to all settings."""
    row = [
        Button(f"• {label}" if value in chosen else label, tap_data(NAMESPACE, name, value)) for value, label in choices
    ]
    found = [tuple(row[start : start + width]) for start in range(0, len(row), width)]
    return (*found, (Button(reader.plain("button-settings"), tap_data(NAMESPACE, "menu")),))
