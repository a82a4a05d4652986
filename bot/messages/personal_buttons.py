"""The buttons under a signal that are one person's own: took it, and the size card."""

from __future__ import annotations

from bot.messages.buttons import tap_data
from bot.messages.reader import Reader
from bot.messages.view import SignalView
from bot.ports import Button

TOOK = "t"
SIZE = "z"


def personal_buttons(view: SignalView, reader: Reader) -> tuple[Button, ...]:
    """For a real signal; the size only while there is something to enter."""
    if view.demo:
        return ()
    took = Button(reader.plain("button-took"), tap_data(TOOK, view.button_number))
    if view.ended:
        return (took,)
    return (took, Button(reader.plain("button-size"), tap_data(SIZE, view.button_number)))
