"""Where Twilio brings what people wrote: checked, stored, then answered with an empty TwiML."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection
from twilio.request_validator import RequestValidator, get_signature_algorithm

from bot.channels.whatsapp.heard import heard
from bot.channels.whatsapp.translate import read_form
from bot.clock import Clock
from storage import inbox, whatsapp
from storage.database import Database
from storage.whatsapp import FAILED

LOG = logging.getLogger(__name__)
SOURCE = "whatsapp"
LARGEST = 65_536
_PRICE = re.compile(r"-?\d{1,6}(\.\d{1,8})?")
EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "Taken", "content": {"text/xml": {}}},
    403: {"description": "Twilio did not sign it, or it is no message"},
}


def twilio_router(
    db: Database,
    auth_token: str,
    public_url: str,
    clock: Clock,
    on_updates: Callable[[], None] | None = None,
    on_reports: Callable[[], None] | None = None,
) -> APIRouter:
    """The routes below /webhooks/twilio. `public_url` is the root that Twilio was given: its signature covers it.

    A message is in the inbox, keyed by its SID, before the answer, and so is what it means for its number's window; a
    second delivery changes nothing. Reports go into the book of deliveries, in any order. `on_updates` and `on_reports`
    are told after the commit.
    """
    router = APIRouter(prefix="/webhooks/twilio", responses=ANSWERS, default_response_class=Response)
    seal = _Seal(auth_token, public_url)

    @router.post("/whatsapp")
    async def whatsapp_message(request: Request) -> Response:
        """What a person wrote or pressed."""
        form, raw = await seal.checked(request)
        if not form.get("From"):
            raise HTTPException(403, "not a message")
        async with db.write() as conn:
            if await inbox.put(conn, SOURCE, form["MessageSid"], raw, clock.now_ms()):
                await heard(conn, form, clock.now_ms())
        if on_updates is not None:
            on_updates()
        return Response(EMPTY, media_type="text/xml")

    @router.post("/status")
    async def status(request: Request) -> Response:
        """What became of a message."""
        form, _raw = await seal.checked(request)
        failed = form.get("MessageStatus") in FAILED
        if failed:
            LOG.error("WhatsApp did not deliver %s: error %s", form["MessageSid"], form.get("ErrorCode"))
        if form.get("MessageStatus"):
            async with db.write() as conn:
                await report(conn, form, clock.now_ms())
        if failed and on_reports is not None:
            on_reports()
        return Response(EMPTY, media_type="text/xml")

    return router


async def report(conn: AsyncConnection, form: Mapping[str, str], now: int) -> None:
    """A status report into the book of deliveries. A price is kept where Twilio tells one."""
    price = form.get("Price") or form.get("MessagePrice") or ""
    await whatsapp.reported(
        conn,
        form["MessageSid"],
        form.get("To", "").removeprefix("whatsapp:"),
        form["MessageStatus"],
        form.get("ErrorCode", ""),
        now,
        price=price if _PRICE.fullmatch(price) else None,
        currency=form.get("PriceUnit", "")[:8],
    )


class _Seal:
    """Twilio's signature over the address it was given and the fields it sent."""

    def __init__(self, auth_token: str, public_url: str) -> None:
        self._validator = RequestValidator(auth_token)
        self._root = public_url.rstrip("/")

    async def checked(self, request: Request) -> tuple[dict[str, str], str]:
        """The signed form and the body it came as. 403 for anything that Twilio did not sign or that is no message."""
        body = await _body(request)
        url = self._root + request.url.path + (f"?{request.url.query}" if request.url.query else "")
        try:
            form = read_form(body)
        except ValueError:
            form = {}
        signature = request.headers.get("X-Twilio-Signature")
        algorithm = get_signature_algorithm(request.headers.get("X-Twilio-Webhooks-Signature-Settings"))
        if not signature or not self._validator.validate(url, form, signature, algorithm):
            LOG.warning("a webhook call without Twilio's signature was refused (is SHARPSIGNAL_PUBLIC_URL right?)")
            raise HTTPException(403, "not signed by Twilio")
        if not form.get("MessageSid"):
            raise HTTPException(403, "not a message")
        return form, body


async def _body(request: Request) -> str:
    """The body as text, at most 64 KiB."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST:
            raise HTTPException(413, "larger than any message")
        parts.append(part)
    return b"".join(parts).decode("utf-8", "replace")
