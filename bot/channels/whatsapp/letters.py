"""Buttons as letters: what is a button elsewhere is a line here, and answering with its letter presses it.

WhatsApp shows buttons only from templates made beforehand. A chat has one open menu: that of our newest message that
had one. Votes have their digits, and signals their template's buttons.
"""

from __future__ import annotations

import json
import string
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands.whatsapp_taps import NAMESPACE
from bot.messages.buttons import split_data
from bot.ports import Button, Incoming, Message
from storage import preferences
from storage.whatsapp import CHANNEL

MENU = "whatsapp_menu"
VOTES = ("f", "d")
SIGN = "↩️"


def menu_of(message: Message) -> dict[str, Button]:
    """The letters of a message's buttons, votes and links left out.

    >>> menu_of(Message("", "", ((Button("7 days", "1:s:7d"), Button("👍", "1:f:7:up")),)))["A"].data
    '1:s:7d'
    """
    buttons = [button for row in message.buttons for button in row if _is_choice(button)]
    return dict(zip(string.ascii_uppercase, buttons, strict=False))


def told(menu: dict[str, Button]) -> str:
    """The lines below a message."""
    return "\n".join(f"{SIGN} {letter} · {button.label}" for letter, button in menu.items())


def rows_beside_votes(message: Message | None) -> tuple[tuple[Button, ...], ...]:
    """What a post asks beside the votes and the chart: the rows that a press has added."""
    rows: Sequence[tuple[Button, ...]] = () if message is None else message.buttons
    return tuple(row for row in rows if all(_is_choice(button) and _space(button) != "c" for button in row))


async def remember(conn: AsyncConnection, phone: str, sid: str, menu: Mapping[str, Button]) -> None:
    """This menu is the open one now."""
    kept = {"sid": sid, **{letter: button.data for letter, button in menu.items()}}
    await preferences.put(conn, "chat", CHANNEL, phone, MENU, json.dumps(kept))


async def pressed(conn: AsyncConnection, incoming: Incoming) -> Incoming:
    """A single letter is a press on the open menu; in answer to another message, or without a menu, it is a word."""
    letter = unicodedata.normalize("NFKC", incoming.text).strip().rstrip(".)").upper()
    if incoming.kind != "text" or len(letter) != 1 or letter not in string.ascii_uppercase:
        return incoming
    kept = await preferences.get(conn, "chat", CHANNEL, incoming.address, MENU)
    menu: dict[str, str] = {} if kept is None else json.loads(kept)
    if letter not in menu or (incoming.reply_to and incoming.reply_to != menu["sid"]):
        return incoming
    return replace(incoming, kind="tap", data=menu[letter], message_id=menu["sid"])


def _space(button: Button) -> str:
    found = split_data(button.data)
    return "" if found is None else found[0]


def _is_choice(button: Button) -> bool:
    return bool(button.label) and _space(button) not in ("", NAMESPACE, *VOTES)
