"""The things on the Bot API's wire: calls, messages, chats, people, errors."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web

Params = dict[str, Any]
FaultKind = Literal["flood", "broken", "hang", "stall", "drop"]


class ApiError(Exception):
    """An answer of the server that is not ok, in Telegram's own words."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


@dataclass(slots=True)
class Fault:
    """How the next matching calls go wrong: an error answer, silence, or after the work was done silence or a cut."""

    method: str
    error: ApiError | None = None
    kind: Literal["error", "hang", "stall", "drop"] = "error"
    times: int = 1
    chat_id: int | None = None

    def matches(self, method: str, params: Params) -> bool:
        chat_ok = self.chat_id is None or str(params.get("chat_id")) == str(self.chat_id)
        return self.times > 0 and self.method == method and chat_ok


def struck(method: str, kind: FaultKind) -> Fault:
    """A call that goes wrong by chance: a 429, a 502, or silence before or after the work."""
    if kind == "flood":
        return Fault(method, ApiError(429, "Too Many Requests: retry after 1", retry_after=1))
    if kind == "broken":
        return Fault(method, ApiError(502, "Bad Gateway"))
    return Fault(method, None, kind)


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it came in: `params` with JSON values parsed, `at` in ms."""

    method: str
    params: Params
    at: int


@dataclass(slots=True)
class Sent:
    """A message of the bot as people see it now; `edits` are the texts before the newest one, oldest first."""

    message_id: int
    chat_id: int
    text: str
    params: Params
    at: int
    edits: list[str] = field(default_factory=list)

    @property
    def reply_to(self) -> int | None:
        reply = self.params.get("reply_parameters")
        return int(reply["message_id"]) if isinstance(reply, dict) else None

    @property
    def buttons(self) -> dict[str, str]:
        """label -> callback data (or url), over all rows."""
        markup = self.params.get("reply_markup") or {}
        rows = markup.get("inline_keyboard", [])
        return {key["text"]: key.get("callback_data") or key.get("url", "") for row in rows for key in row}


STATUS_WORDS = {
    400: "Bad Request: something is wrong",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


def chat(chat_id: int) -> Params:
    """A chat as Telegram shows it: negative ids are groups, -100… supergroups and channels."""
    if chat_id > 0:
        return {"id": chat_id, "type": "private", "first_name": f"User {chat_id}"}
    kind = "supergroup" if str(chat_id).startswith("-100") else "group"
    return {"id": chat_id, "type": kind, "title": f"Group {chat_id}"}


def user(user_id: int, language: str) -> Params:
    return {"id": user_id, "is_bot": False, "first_name": f"User {user_id}", "language_code": language}


def member(status: str, who: Params) -> Params:
    """A ChatMember object of the kind `status`, with the fields that kind must carry."""
    body: Params = {"status": status, "user": who}
    if status == "kicked":
        body["until_date"] = 0
    if status == "administrator":
        rights = (
            "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats "
            "can_restrict_members can_promote_members can_change_info can_invite_users "
            "can_post_stories can_edit_stories can_delete_stories"
        )
        body |= dict.fromkeys(rights.split(), False)
    return body


async def read_params(request: web.Request) -> Params:
    """Query, form, multipart or JSON body as one dict; values that are JSON objects or lists are parsed.

    However they came, numbers and flags are read as the text that a form has of them.
    """
    raw: Params = dict(request.query)
    if request.content_type == "application/json":
        for name, value in (await request.json()).items():
            raw[name] = value if isinstance(value, str | dict | list) else json.dumps(value)
    else:
        for name, value in (await request.post()).items():
            raw[name] = value.file.read() if isinstance(value, web.FileField) else value
    for name, value in raw.items():
        if isinstance(value, str) and value[:1] in ("{", "["):
            try:
                raw[name] = json.loads(value)
            except json.JSONDecodeError:
                continue
    return raw
