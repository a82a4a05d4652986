"""A small Twilio on loopback: takes messages as its REST API does, and posts signed webhooks as WhatsApp people do.

async with TwilioApi() as api:
    line = TwilioLine(api.account_sid, api.auth_token, "+14155238886", api.url)
    ...
    await api.say("https://bot.example", app_url, "+62812", "1")
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self

import aiohttp
from aiohttp import web

WHATSAPP_PATH = "/webhooks/twilio/whatsapp"
STATUS_PATH = "/webhooks/twilio/status"


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that Twilio took: the form as it came, and the SID it got."""

    sid: str
    form: dict[str, str]

    @property
    def to(self) -> str:
        return self.form["To"].removeprefix("whatsapp:")

    @property
    def body(self) -> str:
        return self.form.get("Body", "")


@dataclass(slots=True)
class Fault:
    """How the next calls go wrong."""

    kind: Literal["error", "hang", "drop"]
    status: int = 400
    code: int = 0
    words: str = ""
    times: int = 1


class TwilioApi:
    """The server. `messages` is what was taken, `calls` counts every request."""

    def __init__(self, account_sid: str = "AC" + "0" * 32, auth_token: str = "loopback-auth-token") -> None:
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.messages: list[Posted] = []
        self.calls = 0
        self.url = ""
        self._faults: list[Fault] = []
        self._inbound = 0
        self._quit = asyncio.Event()
        self._changed = asyncio.Condition()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> str:
        """Listen on 127.0.0.1 and return the root for `TWILIO_API_BASE_URL`."""
        app = web.Application()
        app.router.add_post("/2010-04-01/Accounts/{account}/Messages.json", self._take)
        self._quit.clear()
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.2, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self.url

    async def stop(self) -> None:
        """Close the port; what was taken is kept."""
        self._quit.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    # ---- how the server misbehaves --------------------------------------------------------------------------------
    def fail(self, status: int, code: int, words: str = "refused", *, times: int = 1) -> None:
        """Answer the next calls with one of Twilio's errors."""
        self._faults.append(Fault("error", status, code, words, times))

    def hang(self, *, times: int = 1) -> None:
        """Do nothing and answer nothing."""
        self._faults.append(Fault("hang", times=times))

    def drop(self, *, times: int = 1) -> None:
        """Take the message, then cut the connection."""
        self._faults.append(Fault("drop", times=times))

    # ---- what people do -------------------------------------------------------------------------------------------
    async def say(
        self, public_url: str, app_url: str, number: str, body: str, *, reply_to: str = "", sid: str = "", **extra: str
    ) -> int:
        """A person writes: a signed form post to the app at `app_url`, signed for `public_url`. Returns the status."""
        self._inbound += 1
        form = {
            "MessageSid": sid or f"SMin{self._inbound:028d}",
            "AccountSid": self.account_sid,
            "From": f"whatsapp:{number}",
            "To": "whatsapp:+14155238886",
            "WaId": number.removeprefix("+"),
            "ProfileName": "Ani",
            "Body": body,
            "NumMedia": "0",
            "ButtonText": "",
            "SmsStatus": "received",
            **({"OriginalRepliedMessageSid": reply_to} if reply_to else {}),
            **extra,
        }
        return await self.post(public_url, app_url, WHATSAPP_PATH, form)

    async def report(self, public_url: str, app_url: str, sid: str, status: str, error_code: str = "") -> int:
        """A delivery report for a message of ours."""
        form = {"MessageSid": sid, "MessageStatus": status, "ErrorCode": error_code, "To": "whatsapp:+62812"}
        return await self.post(public_url, app_url, STATUS_PATH, form)

    async def post(
        self, public_url: str, app_url: str, path: str, form: Mapping[str, str], signature: str | None = None
    ) -> int:
        """Post a form with the right signature, or with the one given ("" sends none)."""
        signed = sign(self.auth_token, public_url.rstrip("/") + path, form) if signature is None else signature
        headers = {"X-Twilio-Signature": signed} if signed else {}
        target = app_url.rstrip("/") + path
        async with (
            aiohttp.ClientSession() as session,
            session.post(target, data=dict(form), headers=headers) as response,
        ):
            return response.status

    # ---- what a test reads ----------------------------------------------------------------------------------------
    async def wait_taken(self, count: int, timeout: float = 10.0) -> Posted:
        """The `count`-th message that was taken (from 1)."""
        async with asyncio.timeout(timeout), self._changed:
            await self._changed.wait_for(lambda: len(self.messages) >= count)
        return self.messages[count - 1]

    # ---- the wire -------------------------------------------------------------------------------------------------
    async def _take(self, request: web.Request) -> web.StreamResponse:
        self.calls += 1
        form = {name: str(value) for name, value in (await request.post()).items()}
        fault = next((one for one in self._faults if one.times > 0), None)
        if fault is not None:
            fault.times -= 1
        if request.headers.get("Authorization") != basic(self.account_sid, self.auth_token):
            return error(401, 20003, "Authenticate")
        if fault is not None and fault.kind == "error":
            return error(fault.status, fault.code, fault.words)
        if fault is not None and fault.kind == "hang":
            await self._quit.wait()
        if not form.get("To", "").startswith("whatsapp:+"):
            return error(400, 21211, "Invalid 'To' Phone Number")
        if len(form.get("Body", "").encode("utf-16-le")) // 2 > 1600:
            return error(400, 21617, "The concatenated message body exceeds the 1600 character limit")
        posted = Posted(f"SM{len(self.messages) + 1:032d}", form)
        self.messages.append(posted)
        async with self._changed:
            self._changed.notify_all()
        if fault is not None and request.transport is not None:
            request.transport.abort()
        body: dict[str, Any] = {
            "sid": posted.sid,
            "account_sid": self.account_sid,
            "status": "queued",
            "to": form.get("To"),
            "from": form.get("From"),
            "body": form.get("Body"),
            "date_created": "Thu, 24 Aug 2023 05:01:45 +0000",
        }
        return web.json_response(body, status=201)


def error(status: int, code: int, words: str) -> web.Response:
    """An error answer of the REST API."""
    more = f"https://www.twilio.com/docs/errors/{code}"
    return web.json_response({"code": code, "message": words, "more_info": more, "status": status}, status=status)


def basic(name: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def sign(token: str, url: str, form: Mapping[str, str]) -> str:
    """X-Twilio-Signature: HMAC-SHA1 over the URL and the sorted fields, in base64."""
    text = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()
