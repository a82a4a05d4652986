"""Our buttons and prompts as Telegram's reply markup, and our addresses as chat and topic.

The markup is given as the Bot API wants it, by `api_kwargs`: to make python-telegram-bot's objects of eight buttons and
to read them out again takes as long as all else that its client does for a message.
"""

from __future__ import annotations

from typing import Any

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


def keyboard(message: Message) -> dict[str, Any]:
    """The buttons under a message, for `api_kwargs`; nothing without any.

    >>> keyboard(Message("", "", ((Button("👍 1", "v:u:7"),),)))
    {'reply_markup': {'inline_keyboard': [[{'text': '👍 1', 'callback_data': 'v:u:7'}]]}}
    """
    rows = [[_key(button) for button in row] for row in message.buttons if row]
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def markup(message: Message) -> dict[str, Any]:
    """What is sent with a new message: a prompt opens the reply field, everything else may carry buttons."""
    if message.force_reply is None:
        return keyboard(message)
    prompt: dict[str, Any] = {"force_reply": True, "selective": True}
    if words := cut(message.force_reply, PLACEHOLDER):
        prompt["input_field_placeholder"] = words
    return {"reply_markup": prompt}


def _key(button: Button) -> dict[str, Any]:
    key: dict[str, Any] = {"text": button.label}
    if button.copy:
        key["copy_text"] = {"text": button.copy}
    elif button.url:
        key["url"] = button.url
    else:
        key["callback_data"] = button.data
    return key if not button.style else {**key, "style": button.style}
