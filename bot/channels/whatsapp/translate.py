"""Twilio's form posts in the bot's own words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from bot.commands.words import switch_words
from bot.inbox import Ignored
from bot.messages.buttons import split_data
from bot.ports import Incoming, Person

FIELDS = 200
_COMMAND = re.compile(r"/(?P<command>[A-Za-z0-9_]+)(?:\s(?P<args>.*))?", re.DOTALL)


def read_form(payload: str) -> dict[str, str]:
    """The fields of a form body; blank ones count, they are signed too. ValueError for more than 200 fields."""
    return dict(parse_qsl(payload, keep_blank_values=True, max_num_fields=FIELDS))


def translate_form(form: Mapping[str, str], received_ms: int) -> Incoming | Ignored:
    """What a message or a delivery report asks of us. Raises KeyError where the form is neither.

    >>> form = {"MessageSid": "SM1", "From": "whatsapp:+62812", "Body": "/stats 7d", "ProfileName": "Ani"}
    >>> incoming = translate_form(form, 0)
    >>> incoming.kind, incoming.command, incoming.args, incoming.address
    ('command', 'stats', '7d', '+62812')
    """
    if "MessageStatus" in form and "Body" not in form:
        return Ignored(f"{form['MessageStatus']} {form.get('ErrorCode', '')}".strip())
    sender = form["From"].removeprefix("whatsapp:")
    pressed, text = _pressed(form)
    command, args = ("", "") if pressed else _command(text)
    if not text and not pressed:
        return Ignored("a message without text")
    return Incoming(
        event_id=form["MessageSid"],
        kind="tap" if pressed else "command" if command else "text",
        person=Person("whatsapp", sender, form.get("ProfileName", "")),
        address=sender,
        private=True,
        at_ms=received_ms,
        command=command,
        args=args,
        data=pressed,
        text=text,
        message_id=form.get("OriginalRepliedMessageSid", "") if pressed else form["MessageSid"],
        reply_to=form.get("OriginalRepliedMessageSid", ""),
    )


def _pressed(form: Mapping[str, str]) -> tuple[str, str]:
    """What a button or a row of a list carries, and its words. A payload that was not ours is read as its words."""
    data = form.get("ButtonPayload") or form.get("ListId") or ""
    title = form.get("ButtonText") or form.get("ListTitle") or ""
    text = form.get("Body", "").strip()
    if data and split_data(data) is not None and "{" not in data:
        return data, text or title
    return "", title or text


def _command(text: str) -> tuple[str, str]:
    """A command with what stands behind it: with its stroke, or one of the switches in words."""
    found = _COMMAND.fullmatch(text)
    if found is not None:
        return found["command"].lower(), (found["args"] or "").strip()
    return switch_words(text) or ("", "")
