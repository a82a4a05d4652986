"""/help: what there is, a line of names a section; a press opens a section with what each command does."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands.command import Command
from bot.commands.desk import Caller
from bot.i18n import LOCALES, attribute
from bot.messages.buttons import tap_data
from bot.messages.markup import lines, message, plain
from bot.messages.reader import Reader
from bot.ports import Answer, Button, Message

NAMESPACE = "help"
OVERVIEW = "all"
IN_A_ROW = 2


def help_answer(commands: Sequence[Command], sections: dict[str, str], caller: Caller) -> Answer:
    """The overview with a button a section; where there are no buttons, every section whole."""
    if caller.incoming.person.channel == "whatsapp":
        return Answer(messages=(_whole(commands, sections, caller),))
    return Answer(messages=(_overview(commands, sections, caller),))


def help_turned(commands: Sequence[Command], sections: dict[str, str], caller: Caller, wanted: str) -> Answer | None:
    """A press on a section (or back to the overview), in place; None for a section that this person has not."""
    if wanted == OVERVIEW:
        return Answer(edit=_overview(commands, sections, caller), fallback_edit=True)
    mine = _mine(commands, caller).get(wanted)
    if wanted not in sections or not mine:
        return None
    reader = caller.reader
    words = lines(reader.html(sections[wanted]), *(help_line(command, reader) for command in mine))
    return Answer(edit=message(words, _keys(commands, sections, caller, wanted)), fallback_edit=True)


def help_line(command: Command, reader: Reader) -> str:
    """The command, what may stand behind it, and what it does."""
    usage = attribute(reader.locale, command.help_key, "usage", languages="|".join(LOCALES))
    return " ".join(part for part in (f"/{command.name}", usage, reader.html(command.help_key)) if part)


def _overview(commands: Sequence[Command], sections: dict[str, str], caller: Caller) -> Message:
    reader, mine = caller.reader, _mine(commands, caller)
    told = [reader.html("help-title")]
    for section, title in sections.items():
        if section in mine:
            told += ["", reader.html(title), " ".join(f"/{command.name}" for command in mine[section])]
    return message(lines(*told), _keys(commands, sections, caller, OVERVIEW))


def _whole(commands: Sequence[Command], sections: dict[str, str], caller: Caller) -> Message:
    reader, mine = caller.reader, _mine(commands, caller)
    told: list[str] = []
    for section, title in sections.items():
        if section in mine:
            told += [reader.html(title), *(help_line(command, reader) for command in mine[section])]
    return message(lines(*told, reader.html("help-digits")))


def _mine(commands: Sequence[Command], caller: Caller) -> dict[str, list[Command]]:
    """What this person may use, by section."""
    found: dict[str, list[Command]] = {}
    for command in commands:
        if command.help_key and caller.may(command.right):
            found.setdefault(command.section, []).append(command)
    return found


def _keys(
    commands: Sequence[Command], sections: dict[str, str], caller: Caller, shown: str
) -> tuple[tuple[Button, ...], ...]:
    """A button for each section that is not on show, two in a row."""
    mine, reader = _mine(commands, caller), caller.reader
    keys = [
        Button(plain(reader.html(sections[section])), tap_data(NAMESPACE, section))
        for section in sections
        if section in mine and section != shown
    ]
    if shown != OVERVIEW:
        keys.append(Button(reader.plain("help-back"), tap_data(NAMESPACE, OVERVIEW)))
    return tuple(tuple(keys[place : place + IN_A_ROW]) for place in range(0, len(keys), IN_A_ROW))
