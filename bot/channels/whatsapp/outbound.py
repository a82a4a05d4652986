"""A message on its way to WhatsApp, with what its template needs to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.whatsapp.templates import Kind
from bot.messages.load import load_view, reader_of
from bot.messages.markup import plain
from bot.messages.reader import Reader
from bot.messages.reasons import area
from bot.messages.signal import probability
from bot.messages.view import SignalView, headline, marks, name
from bot.messages.width import BETWEEN, PHONE, columns
from bot.outbox import Render
from bot.ports import Message
from engine.decision.tick import OVER
from storage.chats import Chat
from storage.outbox import OutboxRow

KEEP = "whatsapp_keep"


@dataclass(frozen=True, slots=True)
class Outbound(Message):
    """A message of the outbox: its row, the template that tells the same, that one's values and its language."""

    row: OutboxRow | None = None
    kind: Kind = "notice"
    locale: str = ""
    values: tuple[str, ...] | None = None


class WhatsAppRender:
    """The sender's `render`: the message as everywhere, and what a template would say in its place."""

    def __init__(self, render: Render, locale: str, timezone: str) -> None:
        self._render = render
        self._locale = locale
        self._timezone = timezone

    async def __call__(self, row: OutboxRow, chat: Chat | None, conn: AsyncConnection) -> Message | None:
        """None where there is nothing to say."""
        message = await self._render(row, chat, conn)
        if message is None:
            return None
        reader = reader_of(chat, self._locale, self._timezone)
        view = None
        if row.kind == "signal" and row.number is not None:
            view = await load_view(conn, row.number)
        values = told(message) if view is None else signal_values(view, reader)
        kind = kind_of(row)
        return outbound(message, row, kind, reader.locale, () if kind == "keep" else values)


def outbound(
    message: Message, row: OutboxRow | None, kind: Kind, locale: str, values: tuple[str, ...] | None
) -> Outbound:
    """The message with its template."""
    kept = {field.name: getattr(message, field.name) for field in fields(Message)}
    return Outbound(**kept, row=row, kind=kind, locale=locale, values=values)


def kind_of(row: OutboxRow) -> Kind:
    """The template of a row."""
    if row.kind == "signal":
        return "signal"
    if row.kind == "reply":
        return "outcome" if row.state == "closed" or row.state in OVER else "update"
    return "keep" if row.state == KEEP else "notice"


def told(message: Message) -> tuple[str, str]:
    """The first line, and the others in one."""
    lines = [line.strip() for line in message.text.splitlines() if line.strip()]
    return (lines[0] if lines else ""), _joined(lines[1:])


def _joined(lines: Sequence[str]) -> str:
    """Lines as one, which breaks between them and not inside of them, where they are short."""
    parts = [part for line in lines for part in line.split(BETWEEN)]
    return "\u00a0· ".join(part.replace(" ", "\u00a0") if columns(part) <= PHONE else part for part in parts)


def signal_values(view: SignalView, reader: Reader) -> tuple[str, ...]:
    """What the template `signal` says of a signal."""
    document = view.document
    orders, risk = document["orders"], document["risk"]
    targets = [reader.number(price) for price in orders["tp"]]
    ratios = [reader.number(risk["rr_tp1"], 2), reader.number(2 * risk["rr_target"] - risk["rr_tp1"], 2)]
    note = [*marks(view, reader), probability(document, reader)]
    head = plain(headline(view, reader))
    return (
        head if name(view) in head else f"{head} {name(view)}",
        area(orders["entry"][0], orders["entry"][1], reader),
        reader.number(orders["sl"]),
        targets[0] if view.single_target else " / ".join(targets),
        ratios[0] if view.single_target else " / ".join(ratios),
        reader.until(view.valid_until, view.ts),
        _joined([plain(line) for line in note]),
        str(view.button_number),
    )
