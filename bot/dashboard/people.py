"""What only those who run the bot see: messages that wait, those that got lost, chats that fell silent, the lines."""

from __future__ import annotations

from bot.commands.health import letter_lines, line_text, outbox_line, silent_lines
from bot.dashboard.html import said
from bot.dashboard.seen import Seen
from bot.messages.reader import Reader


def delivery(seen: Seen, reader: Reader) -> str:
    """The outbox and the ways to people."""
    return said(
        [
            outbox_line(seen.waiting, reader),
            *letter_lines(seen.waiting, seen.letters, reader),
            *silent_lines(seen.silent, reader),
            *(line_text(line, reader) for line in seen.lines),
        ]
    )
