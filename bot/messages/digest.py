"""The morning digest: what came in the quiet hours, split into what is still good and what is gone."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages.load import load_view
from bot.messages.markup import lines, message
from bot.messages.notices import Payload
from bot.messages.reader import Reader, ticker
from bot.messages.states import result
from bot.messages.view import SignalView, name
from bot.messages.width import packed
from bot.ports import Message
from storage import exposure

KIND = "digest"
LISTED = 12


async def digest_message(conn: AsyncConnection, payload: Payload, now: int, reader: Reader) -> Message | None:
    """The signals of the night as they stand now; None where there were none."""
    numbers = await exposure.published(conn, int(payload["since"]), int(payload["until"]))
    views = [view for number in numbers if (view := await load_view(conn, number)) is not None]
    if not views:
        return None
    valid = [view for view in views if _waits(view, now)]
    running = [view for view in views if not view.ended and view.step("filled") is not None]
    gone = [view for view in views if view not in valid and view not in running]
    return message(
        lines(
            reader.html("digest-title"),
            f"{reader.clock(int(payload['since']))} – {reader.clock(int(payload['until']))}",
            *_part(reader.html("digest-valid"), valid, now, reader),
            *_part(reader.html("digest-running"), running, now, reader),
            *_part(reader.html("digest-gone"), gone, now, reader),
        )
    )


def _waits(view: SignalView, now: int) -> bool:
    return not (view.ended or view.step("filled") is not None) and now < view.valid_until


def _part(title: str, views: Sequence[SignalView], now: int, reader: Reader) -> list[str]:
    if not views:
        return []
    rows = [line for view in views[:LISTED] for line in _row(view, now, reader)]
    more = len(views) - LISTED
    return ["", title, *rows, *([reader.html("notice-more", count=str(more))] if more > 0 else [])]


def _row(view: SignalView, now: int, reader: Reader) -> list[str]:
    document = view.document
    side = "LONG" if document["side"] == "long" else "SHORT"
    parts = [f"<code>{name(view)}</code>", reader.escaped(f"{ticker(document['pair'])} {side}")]
    if view.outcome is not None:
        track = view.outcome["followable"]
        parts.append(
            reader.escaped(result(track["result"], view.outcome["followable_r"], reader, track["exit_reason"]))
        )
    elif view.over is not None:
        parts.append(reader.escaped(result(view.over.kind, view.over.r, reader, view.over.why)))
    elif view.step("filled") is None:
        parts.append(reader.html("signal-expiry", until=reader.until(view.valid_until, now)))
    return packed(parts)
