"""Our buttons and prompts as Telegram's reply markup, and our addresses as chat and topic."""

from __future__ import annotations

from telegram import CopyTextButton, ForceReply, InlineKeyboardButton, InlineKeyboardMarkup

from bot.channels.telegram.lengths import cut
from bot.ports import Button, Message

PLACEHOLDER = 64


def chat_of(address: str) -> tuple[int | str, int | None]:
    """The chat and the topic in it of an address `id` or `id:topic`.

    >>> chat_of("-1001234:77"), chat_of("42")
    ((-1001234, 77), (42, None))
    """
    chat, _, topic = address.partition(":")
    number: int | str = int(chat) if chat.removeprefix("-").isdigit() else chat
    return number, int(topic) if topic else None


def address_of(chat_id: int, topic: int | None) -> str:
    """The other way round.

    >>> address_of(-1001234, 77), address_of(42, None)
    ('-1001234:77', '42')
    """
    return f"{chat_id}:{topic}" if topic is not None else str(chat_id)


def keyboard(message: Message) -> InlineKeyboardMarkup | None:
    """The buttons under a message, None without any."""
    rows = [[_key(button) for button in row] for row in message.buttons if row]
    return InlineKeyboardMarkup(rows) if rows else None


def markup(message: Message) -> InlineKeyboardMarkup | ForceReply | None:
    """What is sent with a new message: a prompt opens the reply field, everything else may carry buttons."""
    if message.force_reply is not None:
        return ForceReply(selective=True, input_field_placeholder=cut(message.force_reply, PLACEHOLDER) or None)
    return keyboard(message)


def _key(button: Button) -> InlineKeyboardButton:
    style = button.style or None
    if button.copy:
        return InlineKeyboardButton(button.label, copy_text=CopyTextButton(button.copy), style=style)
    if button.url:
        return InlineKeyboardButton(button.label, url=button.url, style=style)
    return InlineKeyboardButton(button.label, callback_data=button.data, style=style)
