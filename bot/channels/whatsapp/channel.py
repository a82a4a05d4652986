"""WhatsApp as a way to people: text messages through Twilio. Nothing can be edited: outcomes are new messages."""

from __future__ import annotations

from typing import Literal

from bot.channels.whatsapp.digits import body_of, choices
from bot.channels.whatsapp.errors import translated
from bot.channels.whatsapp.line import TwilioLine
from bot.errors import Fatal
from bot.ports import Message, Receipt

REMEMBERED = 2_000


class WhatsAppChannel:
    """`bot.ports.Channel` over Twilio. Raises Retryable or Fatal, nothing else."""

    name: Literal["telegram", "whatsapp", "web"] = "whatsapp"
    can_edit = False

    def __init__(self, line: TwilioLine) -> None:
        self.line = line
        self._shown: dict[str, tuple[str, ...]] = {}
        self._newest: dict[str, tuple[str, ...]] = {}

    async def send(self, address: str, message: Message, reply_to: str | None = None) -> Receipt:
        """Send a text. WhatsApp cannot quote through Twilio, so `reply_to` is not used; the text names its signal."""
        with translated():
            sid = await self.line.send(address, body_of(message))
        pressed = tuple(button.data for button in choices(message))
        if pressed:
            self._remember(address, sid, pressed)
        return Receipt(sid)

    async def edit(self, address: str, message_id: str, message: Message) -> None:
        """Never possible: Fatal("rejected")."""
        raise Fatal("WhatsApp messages cannot be edited", "rejected")

    def choices_of(self, address: str, message_id: str) -> tuple[str, ...] | None:
        """The payloads that digits stood for in a message ("": the newest one), as far as this process sent it."""
        return self._shown.get(message_id) if message_id else self._newest.get(address)

    async def close(self) -> None:
        """End the connections."""
        await self.line.close()

    def _remember(self, address: str, sid: str, pressed: tuple[str, ...]) -> None:
        self._shown[sid] = self._newest[address] = pressed
        while len(self._shown) > REMEMBERED:
            self._shown.pop(next(iter(self._shown)))
