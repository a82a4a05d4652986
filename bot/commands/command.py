"""What a command and a tap are to the dispatch (bot/commands/registry.py)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.commands.desk import Caller, Desk
from bot.commands.rights import Right
from bot.ports import Answer

Run = Callable[[Desk, Caller], Awaitable[Answer]]
TapHandler = Callable[[Desk, Caller, tuple[str, ...]], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Command:
    """`/name`: who may use it, what it does, and where help tells of it.

    `help_key` is the text of what it does ("": help is silent about it), with the attribute `usage` where something may
    stand behind the name. `menu`: it is in the menu that a chat shows. `everywhere`: it is also heard in groups that
    are not set up. The rest of what was typed is `caller.incoming.args`.
    """

    name: str
    right: Right
    run: Run
    section: str
    help_key: str
    menu: bool = False
    everywhere: bool = False
