"""Buttons as letters: what is a button elsewhere is a line here; answering with its letter or its words presses it.

WhatsApp shows buttons only from templates made beforehand. A chat has one open menu: that of our newest message that
had one. Votes have their digits, and signals their template's buttons.
"""

from __future__ import annotations

import json
import string
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands.whatsapp_taps import NAMESPACE
from bot.commands.words import command_word, why_words
from bot.messages.buttons import split_data
from bot.ports import Button, Incoming, Message
from storage import preferences
from storage.whatsapp import CHANNEL

MENU = "whatsapp_menu"
VOTES = ("f", "d")
SIGN = "↩️"
LONGEST_WORDS = 64
CHOSEN = "• "  # how a button says that it is the choice of now


def menu_of(message: Message) -> dict[str, Button]:
    """The letters of a message's buttons, votes and links left out.

    >>> menu_of(Message("", "", ((Button("7 days", "1:s:7d"), Button("👍", "1:f:7:up")),)))["A"].data
    '1:s:7d'
    """
    buttons = [button for row in message.buttons for button in row if _is_choice(button)]
    return dict(zip(string.ascii_uppercase, buttons, strict=False))


def told(menu: dict[str, Button]) -> str:
    """The lines below a message; what is chosen now is ticked.

    >>> told({"A": Button("7 days", "1:s:7d"), "B": Button("• All", "1:s:all")}).splitlines()
    ['↩️ A · 7 days', '↩️ B · All ✓']
    """
    return "\n".join(f"{SIGN} {letter} · {_ticked(button.label)}" for letter, button in menu.items())


def _ticked(label: str) -> str:
    return f"{label.removeprefix(CHOSEN)} ✓" if label.startswith(CHOSEN) else label


def rows_beside_votes(message: Message | None) -> tuple[tuple[Button, ...], ...]:
    """What a post asks beside the votes and the chart: the rows that a press has added."""
    rows: Sequence[tuple[Button, ...]] = () if message is None else message.buttons
    return tuple(row for row in rows if all(_is_choice(button) and _space(button) != "c" for button in row))


async def remember(conn: AsyncConnection, phone: str, sid: str, menu: Mapping[str, Button]) -> None:
    """This menu is the open one now."""
    words = {_bare(button.label): button.data for button in menu.values() if _is_free(_bare(button.label))}
    kept = {"sid": sid, "words": words, **{letter: button.data for letter, button in menu.items()}}
    await preferences.put(conn, "chat", CHANNEL, phone, MENU, json.dumps(kept))


async def pressed(conn: AsyncConnection, incoming: Incoming) -> Incoming:
    """A single letter, or a choice's own words, is a press on the open menu; else, or in answer to another message,
    it is a word.
    """
    if incoming.kind != "text" or len(incoming.text) > LONGEST_WORDS:
        return incoming
    kept = await preferences.get(conn, "chat", CHANNEL, incoming.address, MENU)
    menu: dict[str, Any] = {} if kept is None else json.loads(kept)
    if not menu or (incoming.reply_to and incoming.reply_to != menu["sid"]):
        return incoming
    data = _chosen(menu, incoming.text)
    return incoming if data is None else replace(incoming, kind="tap", data=data, message_id=menu["sid"])


def _chosen(menu: Mapping[str, Any], text: str) -> str | None:
    """What a text presses on a stored menu; None where it is a word of its own."""
    letter = unicodedata.normalize("NFKC", text).strip().rstrip(".)").upper()
    if len(letter) == 1 and letter in string.ascii_uppercase:
        return menu.get(letter)
    found: dict[str, str] = menu.get("words", {})  # menus from before an upgrade have none
    return found.get(_bare(text))


def _bare(label: str) -> str:
    """A label as people type it: without its emoji, in lower case.

    >>> _bare("⌛ Terlambat."), _bare("7 Days")
    ('terlambat', '7 days')
    """
    text = unicodedata.normalize("NFKC", label).lower()
    kept = "".join(sign for sign in text if sign.isalnum() or sign in " ,/-")
    return " ".join(kept.split())


def _is_free(word: str) -> bool:
    """Whether a word means nothing else in a chat."""
    return len(word) > 1 and not word.isdigit() and command_word(word) is None and why_words(word) is None


def _space(button: Button) -> str:
    found = split_data(button.data)
    return "" if found is None else found[0]


def _is_choice(button: Button) -> bool:
    return bool(button.label) and _space(button) not in ("", NAMESPACE, *VOTES)
