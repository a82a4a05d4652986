"""`sharpsignal doctor`: one line a check, and what to mend where something is wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from bot.messages.reader import Reader
from bot.settings import Settings
from bot.terminal import terminal_reader

State = Literal["ok", "warn", "fail", "off"]
STATES: tuple[State, ...] = ("ok", "warn", "fail", "off")


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at and how it is. `mend` says what to do about it ("" where nothing is to be done).

    `words` and `mend` are in the installation's language; programs read `name` and `state`, which are in none.
    `warn`: works, but something is missing that people will want. `off`: not set up, and not needed.
    """

    name: str
    state: State
    words: str
    mend: str = ""

    @property
    def ok(self) -> bool:
        """Whether the product can work with it as it is."""
        return self.state != "fail"


Look = Callable[[Settings], Awaitable[Sequence[Check]]]


async def checks(settings: Settings) -> list[Check]:
    """Every check in the order in which it is told; those that ask somebody else run side by side."""
    from bot import doctor_local, doctor_remote, doctor_telegram

    looks: list[Look] = [
        doctor_local.settings_read,
        doctor_local.time_zones,
        doctor_local.disk,
        doctor_local.database,
        doctor_local.port,
        doctor_remote.okx,
        doctor_telegram.telegram,
        doctor_remote.whatsapp,
        doctor_remote.model,
    ]
    async with asyncio.TaskGroup() as group:
        running = [group.create_task(_found(look, settings)) for look in looks]
    return [check for task in running for check in task.result()]


async def _found(look: Look, settings: Settings) -> Sequence[Check]:
    return await look(settings)


def table(found: Sequence[Check], reader: Reader) -> list[str]:
    """Lines for a terminal: state, name, words; the mend under what needs one.

    >>> from zoneinfo import ZoneInfo
    >>> table([Check("disk", "fail", "no space", "free some")], Reader("en", ZoneInfo("UTC")))
    ['FAIL  disk  no space', '            -> free some']
    """
    marks = {state: reader.plain("doctor-mark", state=state) for state in STATES}
    broad = max(len(mark) for mark in marks.values())
    names = [reader.plain("doctor-name", name=one.name.replace(" ", "_"), words=one.name) for one in found]
    width = max((len(name) for name in names), default=0)
    lines = []
    for check, name in zip(found, names, strict=True):
        lines.append(f"{marks[check.state].ljust(broad)}  {name.ljust(width)}  {check.words}")
        if check.mend:
            lines.append(f"{' ' * (broad + width + 4)}-> {check.mend}")
    return lines


async def doctor(settings: Settings, say: Callable[[str], None], as_json: bool) -> int:
    """Look at everything and tell it. 0: it can work; 1: something must be mended first."""
    found = await checks(settings)
    if as_json:
        say(json.dumps({"ok": all(check.ok for check in found), "checks": [asdict(check) for check in found]}))
    else:
        for line in table(found, terminal_reader(settings)):
            say(line)
    return 0 if all(check.ok for check in found) else 1
