"""What an outbox row says, made newly at the moment of sending."""

from __future__ import annotations

from bot.messages.load import load_view, reader_of
from bot.messages.notice_kinds import notice_message
from bot.messages.signal import reply_message, signal_message
from bot.messages.view import simulated
from bot.ports import Message
from storage.chats import Chat
from storage.database import Database
from storage.outbox import OutboxRow


class Outgoing:
    """The sender's `render`: kinds signal and edit give the post, reply the push of the row's `state`, notice the
    notice named by the row's `state` with the row's payload. `simulated`: notices are of a simulated market (a signal
    knows for itself).
    """

    def __init__(self, db: Database, locale: str, timezone: str, simulated: bool = False) -> None:
        self._db = db
        self._locale = locale
        self._timezone = timezone
        self._simulated = simulated

    async def __call__(self, row: OutboxRow, chat: Chat | None) -> Message | None:
        """The message in the chat's language and zone; None where its signal is not in the store."""
        reader = reader_of(chat, self._locale, self._timezone)
        if row.kind == "notice":
            notice = notice_message(row.state, row.payload or {}, reader)
            return simulated(notice, reader) if self._simulated else notice
        if row.number is None:
            return None
        async with self._db.read() as conn:
            view = await load_view(conn, row.number)
        if view is None:
            return None
        if row.kind == "reply" and row.state == "tp1" and view.single_target:
            return None  # the end follows at once and says it
        if row.kind == "reply" and row.state == "closed" and view.unfilled is not None:
            return None  # that there was no entry was said when it was over
        if row.kind == "reply":
            return reply_message(view, row.state, reader)
        return signal_message(view, reader)
