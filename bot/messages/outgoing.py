"""What an outbox row says, made newly at the moment of sending."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import digest
from bot.messages.copy_trade.post import CLOSED, OPENED, copy_message
from bot.messages.load import load_view, reader_of
from bot.messages.notice_kinds import notice_message
from bot.messages.quiet import NAME, quiet
from bot.messages.reader import Reader
from bot.messages.signal import reply_message, signal_message
from bot.messages.view import SignalView, simulated
from bot.ports import Message
from engine.decision.tick import EXITED
from storage import preferences, taken
from storage.chats import Chat
from storage.outbox import OutboxRow

ENDS = ("tp1", EXITED, "closed")  # what a person who took the signal wants to hear at night


class Outgoing:
    """The sender's `render`: kinds signal and edit give the post, reply the push of the row's `state`, notice the
    notice named by the row's `state` with the row's payload. `simulated`: notices are of a simulated market (a signal
    knows for itself). `now`: our clock (ms); in a chat's quiet hours messages make no sound.
    """

    def __init__(self, locale: str, timezone: str, simulated: bool = False, now: Callable[[], int] = lambda: 0) -> None:
        self._locale = locale
        self._timezone = timezone
        self._simulated = simulated
        self._now = now

    async def __call__(self, row: OutboxRow, chat: Chat | None, conn: AsyncConnection) -> Message | None:
        """The message in the chat's language and zone; None where there is nothing to say (any more)."""
        return await self.made(row, reader_of(chat, self._locale, self._timezone), conn)

    async def made(self, row: OutboxRow, reader: Reader, conn: AsyncConnection) -> Message | None:
        """The same for a reader."""
        made = await self._message(conn, row, reader)
        if made is None or made.silent or row.kind == "edit":
            return made
        return replace(made, silent=await self._is_quiet(conn, row, reader))

    async def _message(self, conn: AsyncConnection, row: OutboxRow, reader: Reader) -> Message | None:
        if row.kind == "notice" and row.state not in (OPENED, CLOSED):
            notice = await self._notice(conn, row, reader)
            return simulated(notice, reader) if notice is not None and self._simulated else notice
        view = None if row.number is None else await load_view(conn, row.number)
        if view is None:
            return None
        if row.kind == "notice":
            return None if view.simulated else copy_message(view, row.state, row.payload or {}, self._now())
        return _reply(view, row.state, reader) if row.kind == "reply" else signal_message(view, reader)

    async def _notice(self, conn: AsyncConnection, row: OutboxRow, reader: Reader) -> Message | None:
        if row.state == digest.KIND:
            return await digest.digest_message(conn, row.payload or {}, self._now(), reader)
        return notice_message(row.state, row.payload or {}, reader)

    async def _is_quiet(self, conn: AsyncConnection, row: OutboxRow, reader: Reader) -> bool:
        """By the chat's own quiet hours, else (in private) the person's; a taken signal's ends break through."""
        wish = await preferences.get(conn, "chat", row.channel, row.address, NAME)
        if wish is None:
            wish = await preferences.get(conn, "person", row.channel, row.address, NAME)
        if wish is None or not quiet(wish, self._now(), reader.zone, urgent=False):
            return False
        ends = row.kind == "reply" and row.state in ENDS and row.number is not None
        return not (ends and await taken.is_taken(conn, row.number or 0, row.channel, row.address))


def _reply(view: SignalView, state: str, reader: Reader) -> Message | None:
    """The push of a state; None for what another message says."""
    if state == "tp1" and view.single_target:
        return None  # the end follows at once and says it
    if state == "closed" and view.over is not None and view.over.why != "reported":
        return None  # it was said when it was over for those who follow; who was filled all the same hears the end
    return reply_message(view, state, reader)
