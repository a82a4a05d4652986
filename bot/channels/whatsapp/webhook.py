"""Where Twilio brings what people wrote: checked, stored, then answered with an empty TwiML."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from fastapi import APIRouter, HTTPException, Request, Response
from twilio.request_validator import RequestValidator, get_signature_algorithm

from bot.channels.whatsapp.translate import FAILED, read_form
from bot.clock import Clock
from storage import inbox
from storage.database import Database

LOG = logging.getLogger(__name__)
SOURCE = "whatsapp"
LARGEST = 65_536
EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def twilio_router(
    db: Database, auth_token: str, public_url: str, clock: Clock, on_updates: Callable[[], None] | None = None
) -> APIRouter:
    """The routes below /webhooks/twilio. `public_url` is the root that Twilio was given: its signature covers it.

    A message is in the inbox, keyed by its SID, before the answer; a second delivery changes nothing. `on_updates` is
    told after the commit.
    """
    router = APIRouter(prefix="/webhooks/twilio")
    validator = RequestValidator(auth_token)
    root = public_url.rstrip("/")

    async def checked(request: Request) -> dict[str, str]:
        """The signed form. 403 for anything that Twilio did not sign."""
        body = await _body(request)
        url = root + request.url.path + (f"?{request.url.query}" if request.url.query else "")
        try:
            form = read_form(body)
        except ValueError:
            form = {}
        signature = request.headers.get("X-Twilio-Signature")
        algorithm = get_signature_algorithm(request.headers.get("X-Twilio-Webhooks-Signature-Settings"))
        if not form or not signature or not validator.validate(url, form, signature, algorithm):
            LOG.warning("a webhook call without Twilio's signature was refused (is SHARPSIGNAL_PUBLIC_URL right?)")
            raise HTTPException(403, "not signed by Twilio")
        request.state.raw = body
        return form

    @router.post("/whatsapp")
    async def whatsapp(request: Request) -> Response:
        form = await checked(request)
        await keep(form, form.get("MessageSid", ""), request.state.raw)
        return Response(EMPTY, media_type="text/xml")

    @router.post("/status")
    async def status(request: Request) -> Response:
        form = await checked(request)
        if form.get("MessageStatus") in FAILED:
            LOG.error("WhatsApp did not deliver %s: error %s", form.get("MessageSid"), form.get("ErrorCode"))
            await keep(form, f"{form.get('MessageSid', '')}:{form['MessageStatus']}", request.state.raw)
        return Response(EMPTY, media_type="text/xml")

    async def keep(form: Mapping[str, str], update_id: str, raw: str) -> None:
        if not form.get("MessageSid"):
            raise HTTPException(403, "no MessageSid")
        async with db.write() as conn:
            await inbox.put(conn, SOURCE, update_id, raw, clock.now_ms())
        if on_updates is not None:
            on_updates()

    return router


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
