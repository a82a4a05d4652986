"""WhatsApp as a way to people: text messages through Twilio. Nothing can be edited: outcomes are new messages."""

from __future__ import annotations

from typing import Literal

from bot.channels.whatsapp.digits import body_of
from bot.channels.whatsapp.errors import translated
from bot.channels.whatsapp.line import TwilioLine
from bot.errors import Fatal
from bot.ports import Message, Receipt


class WhatsAppChannel:
    """`bot.ports.Channel` over Twilio. Raises Retryable or Fatal, nothing else."""

    name: Literal["telegram", "whatsapp", "web"] = "whatsapp"
    can_edit = False

    def __init__(self, line: TwilioLine) -> None:
        self.line = line

    async def send(self, address: str, message: Message, reply_to: str | None = None) -> Receipt:
        """Send a text. WhatsApp cannot quote through Twilio, so `reply_to` is not used; the text names its signal."""
        with translated():
            return Receipt(await self.line.send(address, body_of(message)))

    async def edit(self, address: str, message_id: str, message: Message) -> None:
        """Never possible: Fatal("rejected")."""
        raise Fatal("WhatsApp messages cannot be edited", "rejected")

    async def close(self) -> None:
        """End the connections."""
        await self.line.close()
