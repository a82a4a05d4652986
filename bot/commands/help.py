"""/help: the commands that this person may use, a line each, by section."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands.command import Command
from bot.commands.desk import Caller
from bot.i18n import LOCALES, attribute
from bot.messages.markup import lines, message
from bot.messages.reader import Reader
from bot.ports import Answer


def help_answer(commands: Sequence[Command], sections: dict[str, str], caller: Caller) -> Answer:
    """Sections in their order; one with nothing for this person is left out."""
    reader = caller.reader
    told: list[str] = []
    for section, title in sections.items():
        mine = [c for c in commands if c.section == section and c.help_key and caller.may(c.right)]
        told += [reader.html(title), *(help_line(command, reader) for command in mine)] if mine else []
    digits = reader.html("help-digits") if caller.incoming.person.channel == "whatsapp" else None
    return Answer(messages=(message(lines(*told, digits)),))


def help_line(command: Command, reader: Reader) -> str:
    """The command, what may stand behind it, and what it does."""
    usage = attribute(reader.locale, command.help_key, "usage", languages="|".join(LOCALES))
    return " ".join(part for part in (f"/{command.name}", usage, reader.html(command.help_key)) if part)
