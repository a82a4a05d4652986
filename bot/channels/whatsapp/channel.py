"""WhatsApp as a way to people, through Twilio. Nothing can be edited: outcomes are new messages."""

from __future__ import annotations

import json
import logging
from typing import Literal

from bot.channels.whatsapp import letters
from bot.channels.whatsapp.choice import ByTemplate, FreeText, Hold, Send, Sids, choose
from bot.channels.whatsapp.errors import OUTSIDE, refusal, translated
from bot.channels.whatsapp.held import HOLD_S, Elsewhere
from bot.channels.whatsapp.line import TwilioLine
from bot.channels.whatsapp.media import MediaShelf
from bot.channels.whatsapp.outbound import Outbound
from bot.channels.whatsapp.window import asked_since_shut, is_open
from bot.clock import Clock
from bot.errors import Fatal, Later, Retryable
from bot.ports import Message, Receipt
from storage import whatsapp
from storage.database import Database
from storage.outbox import OutboxRow
from storage.whatsapp import FAILED, HELD, Delivery, Window

LOG = logging.getLogger(__name__)
ANSWER = "answer"
SESSION = "session"
UTILITY = "utility"


class WhatsAppChannel:
    """`bot.ports.Channel` over Twilio. Raises Retryable or Fatal, nothing else.

    `sids` are the content templates by (kind, locale); `shelf` is where pictures are fetched from (None: none are
    sent); `elsewhere` is what becomes of messages that may not be sent.
    """

    name: Literal["telegram", "whatsapp", "web"] = "whatsapp"
    can_edit = False

    def __init__(
        self,
        line: TwilioLine,
        db: Database,
        clock: Clock,
        *,
        sids: Sids | None = None,
        shelf: MediaShelf | None = None,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        self.line = line
        self.sids: Sids = sids or {}
        self._db = db
        self._clock = clock
        self._shelf = shelf
        self._elsewhere = elsewhere or Elsewhere()

    async def send(self, address: str, message: Message, reply_to: str | None = None) -> Receipt:
        """Send what may be sent now. WhatsApp cannot quote through Twilio, so `reply_to` is not used; the text names
        its signal. What may not be said goes another way or waits (Later); to a number that said STOP nothing goes.
        """
        row = message.row if isinstance(message, Outbound) else None
        async with self._db.read() as conn:
            window = await whatsapp.window(conn, address)
        if row is not None and window.stopped_at is not None:
            raise Fatal(f"{address} said STOP", "inactive")
        open_ = is_open(window, self._clock.now_ms())
        kind, locale = (message.kind, message.locale) if isinstance(message, Outbound) else ("", "")
        way = choose(message, open_, kind, locale, self.sids)
        if isinstance(way, ByTemplate) and not open_ and window.opted_in_at is None:
            way = Hold("")
        if isinstance(way, Hold):
            return await self._hold(window, message, row, way.template)
        return await self._try(window, message, row, way)

    async def edit(self, address: str, message_id: str, message: Message) -> None:
        """Never possible: Fatal("rejected")."""
        raise Fatal("WhatsApp messages cannot be edited", "rejected")

    async def ping(self) -> None:
        """Whether Twilio answers and takes our token. Raises Retryable or Fatal; nothing is sent."""
        with translated():
            await self.line.account()

    async def close(self) -> None:
        """End the connections."""
        await self.line.close()

    async def _try(
        self, window: Window, message: Message, row: OutboxRow | None, way: FreeText | ByTemplate
    ) -> Receipt:
        """Send; where WhatsApp sees the window or the template otherwise than we do, it is held after all."""
        kind = message.kind if isinstance(message, Outbound) else ANSWER
        try:
            return Receipt(await self._transmit(window.phone, way, kind, row))
        except Fatal as error:
            if row is None or not isinstance(message, Outbound) or error.reason not in ("window", "template"):
                raise
            if isinstance(way, ByTemplate):
                return await self._refused(window, message, row, str(error))
            async with self._db.write() as conn:
                await whatsapp.shut(conn, window.phone, self._clock.now_ms())
            raise Later(str(error), 1.0) from error

    async def _transmit(self, phone: str, way: FreeText | ByTemplate, kind: str, row: OutboxRow | None) -> str:
        """Hand it to Twilio and note that; a report that it failed may have come first."""
        now = self._clock.now_ms()
        menu = way.menu if isinstance(way, FreeText) else None
        with translated():
            if isinstance(way, ByTemplate):
                filled = json.dumps(dict(way.variables), ensure_ascii=False) if way.variables else None
                sid = await self.line.send(phone, content_sid=way.sid, content_variables=filled)
            else:
                media = await self._picture(way)
                sid = await self.line.send(phone, body=way.body, media_url=media)
        delivery = Delivery(sid, phone, kind, None if row is None else row.id, _category(way, kind), "queued", at=now)
        async with self._db.write() as conn:
            known = await whatsapp.taken(conn, delivery)
            if menu:
                await letters.remember(conn, phone, sid, menu)
        if known.status in FAILED:
            code = int(known.error_code) if known.error_code.isdigit() else None
            raise refusal(None, code, known.status)
        return sid

    async def _picture(self, way: FreeText) -> list[str] | None:
        url = None if way.photo is None or self._shelf is None else await self._shelf.put(way.photo.png)
        return None if url is None else [url]

    async def _hold(self, window: Window, message: Message, row: OutboxRow | None, template: str) -> Receipt:
        """Nothing may be said by ourselves: Telegram tells it, or it waits and the person is asked to write."""
        if row is None or not isinstance(message, Outbound):
            raise Fatal(f"the 24 h window of {window.phone} is shut", "rejected")
        if message.kind == "keep":
            return Receipt("")  # nothing is left to be kept open
        now = self._clock.now_ms()
        kind = "whatsapp_held" if template else "whatsapp_consent"
        key = f"{kind}:{window.phone}:{window.last_inbound_at or 0}"
        async with self._db.write() as conn:
            elsewhere = await self._elsewhere.tell(conn, row, window.phone, now)
            if not elsewhere:
                payload = {"phone": window.phone, "template": template}
                await self._elsewhere.hold(conn, row, window.phone, kind, key, payload, now)
        self._elsewhere.nudge()
        if elsewhere:
            return Receipt("")
        await self._wake(window, message.locale)
        raise Later(f"{HELD}the window is shut, no template {template or 'without a START'}", HOLD_S)

    async def _refused(self, window: Window, message: Outbound, row: OutboxRow, error: str) -> Receipt:
        """WhatsApp does not take the template (yet): the owners hear of it once a day."""
        now = self._clock.now_ms()
        name = f"{message.kind}:{message.locale}"
        code = next((word.rstrip(":") for word in error.split() if word.rstrip(":").isdigit()), str(OUTSIDE))
        async with self._db.write() as conn:
            elsewhere = await self._elsewhere.tell(conn, row, window.phone, now)
            if not elsewhere:
                key = f"whatsapp_template:{name}:{code}:{now // 86_400_000}"
                payload = {"template": name, "code": code}
                await self._elsewhere.hold(conn, row, window.phone, "whatsapp_template", key, payload, now)
        self._elsewhere.nudge()
        if elsewhere:
            return Receipt("")
        raise Later(f"{HELD}{error}", HOLD_S)

    async def _wake(self, window: Window, locale: str) -> None:
        """Ask a person whose window is shut for a word, once until they write, where that template is approved."""
        sid = self.sids.get(("wake", locale))
        if sid is None or window.opted_in_at is None or asked_since_shut(window):
            return
        async with self._db.write() as conn:
            await whatsapp.asked(conn, window.phone, self._clock.now_ms())
        try:
            await self._transmit(window.phone, ByTemplate(sid, {}), "wake", None)
        except (Retryable, Fatal) as error:
            LOG.warning("%s could not be asked to write: %s", window.phone, error)


def _category(way: Send, kind: str) -> str:
    if kind == ANSWER or kind == "more":
        return ANSWER
    return UTILITY if isinstance(way, ByTemplate) and kind != "keep" else SESSION
