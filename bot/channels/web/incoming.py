"""What a page posts: its form, its limits, and its meaning for the conversation."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.channels.web.channel import ADDRESS
from bot.ports import Incoming, Person
from storage.inbox import InboxRow

MOST_TEXT = 4096
_COMMAND = re.compile(r"/(?P<command>[A-Za-z0-9_]{1,32})(?:\s+(?P<args>.*))?", re.DOTALL)


class Posted(BaseModel):
    """The body of POST /web/inbox. `id` is made by the page, so that a repeated request is one update."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[A-Za-z0-9-]{8,64}$")
    kind: Literal["tap", "text"]
    data: str = Field(default="", max_length=64)
    text: str = Field(default="", max_length=MOST_TEXT)
    message_id: int | None = Field(default=None, ge=1, lt=2**53)
    reply_to: int | None = Field(default=None, ge=1, lt=2**53)
    language: str = Field(default="", max_length=35)


class Update(BaseModel):
    """What is kept in the inbox: what was posted, and by whom."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    person: str
    posted: Posted


def translate(row: InboxRow) -> Incoming:
    """An inbox row of source `web` in the conversation's words. Raises ValueError for one that is not an update."""
    update = Update.model_validate_json(row.payload)
    posted = update.posted
    command = _COMMAND.fullmatch(posted.text.strip()) if posted.kind == "text" else None
    return Incoming(
        event_id=row.update_id,
        kind="tap" if posted.kind == "tap" else "command" if command else "text",
        person=Person("web", update.person, language=posted.language),
        address=ADDRESS,
        private=False,
        at_ms=row.at,
        command=command["command"].lower() if command else "",
        args=(command["args"] or "").strip() if command else "",
        data=posted.data,
        text=posted.text,
        message_id="" if posted.message_id is None else str(posted.message_id),
        reply_to="" if posted.reply_to is None else str(posted.reply_to),
    )
