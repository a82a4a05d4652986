"""Messages as the page gets them, and the form of server-sent events."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages.buttons import FeedbackTap, feedback_data, read_data
from bot.ports import Person
from storage import feedback, web_chat
from storage.web_chat import WebMessage


async def items_of(conn: AsyncConnection, rows: Sequence[WebMessage], person: str | None) -> list[dict[str, Any]]:
    """Messages as the page gets them. `pressed` are the buttons (by their data) that this person's votes stand on."""
    numbers = {tap.number for row in rows for tap in _taps(row)}
    mine = await feedback.own(conn, Person("web", person), numbers) if person and numbers else set()
    return [
        {**await _item(conn, row, person), "pressed": [_data(tap) for tap in _taps(row) if _vote(tap) in mine]}
        for row in rows
    ]


async def _item(conn: AsyncConnection, row: WebMessage, person: str | None) -> dict[str, Any]:
    """A message with the first line of what it answers, and the signal whose chart it shows."""
    answered = None if row.reply_to is None else await web_chat.get(conn, row.reply_to)
    first = "" if answered is None else answered.text.strip().partition("\n")[0][:140]
    return {
        "id": row.id,
        "rev": row.rev,
        "at": row.at,
        "author": "bot" if row.author == "bot" else "you" if row.author == person else "other",
        "html": row.html,
        "buttons": row.buttons,
        "force_reply": row.force_reply,
        "quote": None if answered is None else {"id": answered.id, "text": first},
        "chart": chart_number(row),
        "picture": row.attachments[0] if has_picture(row) else None,
        "dark_picture": len(row.attachments) == 3,
    }


def has_picture(row: WebMessage) -> bool:
    """Whether a message has a picture, with or without a dark twin."""
    return len(row.attachments) in (2, 3)


def chart_number(row: WebMessage) -> int | None:
    """The signal that a message is the post of, known by its feedback buttons; None for anything else."""
    return next((tap.number for tap in _taps(row) if not tap.demo), None)


def _taps(row: WebMessage) -> list[FeedbackTap]:
    found = (read_data(button.get("data", "")) for line in row.buttons for button in line)
    return [tap for tap in found if isinstance(tap, FeedbackTap)]


def _data(tap: FeedbackTap) -> str:
    return feedback_data(tap.number, tap.kind, tap.demo)


def _vote(tap: FeedbackTap) -> tuple[bool, int, str]:
    return tap.demo, tap.number, tap.kind


def event_text(name: str, data: Any, ident: int | None = None) -> str:
    """One server-sent event; `ident` is what a page that comes back says it has seen."""
    head = f"event: {name}\n" if ident is None else f"event: {name}\nid: {ident}\n"
    return f"{head}data: {json.dumps(data, ensure_ascii=False)}\n\n"
