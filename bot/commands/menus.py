"""Which commands stand in which menu: at most twelve for everyone, three in groups, and an admin's own."""

from __future__ import annotations

from bot.commands.registry import COMMANDS
from bot.commands.rights import Right, Role, allows

MOST = 12
IN_GROUPS = ("active", "stats", "why")
OURS: tuple[Right, ...] = ("analyst", "admin", "owner")
Listed = list[tuple[str, str]]


def member_menu() -> Listed:
    """(name, key of what it does) for everyone in private."""
    return [(command.name, command.help_key) for command in COMMANDS if command.menu][:MOST]


def group_menu() -> Listed:
    """For everyone in a group."""
    known = {command.name: command.help_key for command in COMMANDS if command.right in ("read", "anyone")}
    return [(name, known[name]) for name in IN_GROUPS if name in known]


def keeper_menu(role: Role) -> Listed:
    """For someone who may do more than read, in their private chat: theirs first.

    >>> [name for name, _ in keeper_menu("subscriber")] == [name for name, _ in member_menu()]
    True
    """
    more = [command for command in COMMANDS if command.right in OURS and command.help_key]
    return [(command.name, command.help_key) for command in more if allows(role, command.right)] + member_menu()
