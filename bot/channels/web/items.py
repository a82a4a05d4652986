"""Messages as the page gets them, and the form of server-sent events."""

from __future__ import annotations

import json
from typing import Any, cast

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages.buttons import FeedbackTap, Kind, feedback_data, read_data, tap_data
from bot.messages.personal_buttons import TOOK
from bot.ports import Person
from storage import feedback, takes, web_chat
from storage.web_chat import WebMessage


async def item_of(conn: AsyncConnection, row: WebMessage, person: str | None) -> dict[str, Any]:
    """A message as the page gets it: with the first line of what it answers, and the signal whose chart it shows."""
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


async def pressed(conn: AsyncConnection, person: str | None) -> list[str]:
    """The buttons, by their data, that stand pressed for one person: votes and what was taken; nobody's are none."""
    if person is None:
        return []
    votes = await feedback.own(conn, Person("web", person))
    took = [tap_data(TOOK, number) for number in await takes.taken(conn, "web", person)]
    return sorted([feedback_data(number, cast(Kind, kind), demo) for demo, number, kind in votes] + took)


def has_picture(row: WebMessage) -> bool:
    """Whether a message has a picture, with or without a dark twin."""
    return len(row.attachments) in (2, 3)


def chart_number(row: WebMessage) -> int | None:
    """The signal that a message is the post of, known by its feedback buttons; None for anything else."""
    taps = (read_data(button.get("data", "")) for line in row.buttons for button in line)
    return next((tap.number for tap in taps if isinstance(tap, FeedbackTap) and not tap.demo), None)


def event_text(name: str, data: Any, ident: int | None = None) -> str:
    """One server-sent event; `ident` is what a page that comes back says it has seen."""
    head = f"event: {name}\n" if ident is None else f"event: {name}\nid: {ident}\n"
    return f"{head}data: {json.dumps(data, ensure_ascii=False)}\n\n"
