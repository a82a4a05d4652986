"""Notices about WhatsApp's 24 h window and templates: to the person, and to the owners."""

from __future__ import annotations

from bot.messages.notices import Payload
from bot.messages.reader import Reader


def keep(payload: Payload, reader: Reader) -> str:
    """To a person: the window is about to shut."""
    return reader.html("whatsapp-keep")


def missed(payload: Payload, reader: Reader) -> str:
    """To a person who wrote again: entries that nobody could use any more."""
    return reader.html("whatsapp-missed", count=reader.number(payload["count"]))


def held(payload: Payload, reader: Reader) -> str:
    """To the owners: messages wait because there is no template."""
    return reader.html("whatsapp-held", phone=str(payload["phone"]), template=str(payload["template"]))


def consent(payload: Payload, reader: Reader) -> str:
    """To the owners: messages wait because the person never asked for them."""
    return reader.html("whatsapp-held-consent", phone=str(payload["phone"]))


def template(payload: Payload, reader: Reader) -> str:
    """To the owners: WhatsApp does not take a template."""
    return reader.html("whatsapp-template-refused", template=str(payload["template"]), code=str(payload["code"]))
