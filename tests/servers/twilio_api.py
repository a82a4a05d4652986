"""A strict Twilio on loopback: takes messages as its REST API does, knows each person's window, posts signed webhooks.

async with TwilioApi(clock) as api:
    line = TwilioLine(api.account_sid, api.auth_token, "+14155238886", api.url)
    api.calls_back("https://bot.example", app_url)  # from here on it reports on every message by itself
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

from bot.clock import Clock, SystemClock
from tests.servers.twilio_rules import (
    WINDOW_MS,
    Content,
    Refused,
    check_approval,
    check_content,
    check_message,
    fill,
    may_arrive,
)

WHATSAPP_PATH = "/webhooks/twilio/whatsapp"
STATUS_PATH = "/webhooks/twilio/status"
ARRIVED = ("sent", "delivered")


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that Twilio took: the form as it came, its SID, the words as a phone shows them, its choices."""

    sid: str
    form: dict[str, str]
    body: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    listed: bool = False

    @property
    def to(self) -> str:
        return self.form["To"].removeprefix("whatsapp:")


@dataclass(slots=True)
class Fault:
    """How the next calls go wrong."""

    kind: Literal["error", "hang", "drop"]
    status: int = 400
    code: int = 0
    words: str = ""
    times: int = 1


class TwilioApi:
    """The server. `messages` is what was taken, `calls` counts every request for one, `pings` those for the account.

    `contents` are the templates.

    A message that WhatsApp would not let through is taken, too: the report says so afterwards, as it does in earnest.
    `unheard` are reports that found nobody at the other end.
    `late` keeps reports back until `report_now`.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        account_sid: str = "AC" + "0" * 32,
        auth_token: str = "loopback-auth-token",
    ) -> None:
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.messages: list[Posted] = []
        self.contents: dict[str, Content] = {}
        self.reports: list[tuple[str, str, str]] = []
        self.unheard: list[tuple[str, str]] = []
        self.pictures: list[tuple[int, bytes]] = []
        self.calls = 0
        self.pings = 0
        self.most_contents = 1000
        self.url = ""
        self.late = False
        self.prices: dict[str, str] = {}
        self.refuse_next: list[str] = []
        self._clock = clock or SystemClock()
        self._faults: list[Fault] = []
        self._inbound = 0
        self._taken = 0
        self._wrote: dict[str, int] = {}
        self._public, self._app = "", ""
        self._runner: web.AppRunner | None = None
        self._quit = asyncio.Event()
        self._changed = asyncio.Condition()
        self._due: asyncio.Queue[tuple[Posted, str]] = asyncio.Queue()
        self._group = asyncio.TaskGroup()
        self._kept: list[tuple[Posted, str]] = []
        self._reporter: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        self._reporter = self._group.create_task(self._report_all())
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        await self.stop()
        if self._reporter is not None:
            self._reporter.cancel()
        await self._group.__aexit__(kind, error, tb)

    async def start(self, port: int = 0) -> str:
        """Listen on 127.0.0.1 and return the root for `TWILIO_API_BASE_URL`."""
        app = web.Application()
        app.router.add_post("/2010-04-01/Accounts/{account}/Messages.json", self._take)
        app.router.add_get("/2010-04-01/Accounts/{account}.json", self._account)
        app.router.add_get("/2010-04-01/Accounts/{account}/IncomingPhoneNumbers.json", self._numbers)
        app.router.add_post("/v1/Content", self._create)
        app.router.add_get("/v1/Content/{sid}/ApprovalRequests", self._approval)
        app.router.add_post("/v1/Content/{sid}/ApprovalRequests/whatsapp", self._approve)
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

    def heal(self) -> None:
        """Answer as usual from now on."""
        self._faults.clear()

    # ---- what is set up -------------------------------------------------------------------------------------------
    def calls_back(self, public_url: str, app_url: str) -> None:
        """From now on reports are sent: what was given as `public_url` is the app at `app_url`."""
        self._public, self._app = public_url.rstrip("/"), app_url.rstrip("/")

    def add_content(self, document: dict[str, Any], *, approved: bool = True) -> str:
        """A content template that is there already; its SID."""
        check_content(document)
        sid = f"HX{len(self.contents) + 1:032x}"
        self.contents[sid] = Content(sid, document, approved)
        return sid

    def shut(self, number: str) -> None:
        """WhatsApp thinks otherwise than we: this window is shut."""
        self._wrote.pop(number, None)

    # ---- what people do -------------------------------------------------------------------------------------------
    async def say(
        self, public_url: str, app_url: str, number: str, body: str, *, reply_to: str = "", sid: str = "", **extra: str
    ) -> int:
        """A person writes: a signed form post to the app at `app_url`, signed for `public_url`. Returns the status."""
        self._inbound += 1
        self._wrote[number] = self._clock.now_ms()
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

    async def press(self, public_url: str, app_url: str, posted: Posted, place: int) -> int:
        """The person who got a message presses its button, or chooses from its list."""
        title, payload = posted.choices[place]
        names = ("ListTitle", "ListId") if posted.listed else ("ButtonText", "ButtonPayload")
        extra = dict(zip(names, (title, payload), strict=True))
        return await self.say(public_url, app_url, posted.to, title, reply_to=posted.sid, **extra)

    async def report(
        self, public_url: str, app_url: str, sid: str, status: str, error_code: str = "", **extra: str
    ) -> int:
        """A delivery report for a message of ours."""
        to = next((posted.form["To"] for posted in self.messages if posted.sid == sid), "whatsapp:+62812")
        form = {"MessageSid": sid, "MessageStatus": status, "ErrorCode": error_code, "To": to, **extra}
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

    async def report_now(self) -> None:
        """Send the reports that were kept back."""
        self.late = False
        kept, self._kept = self._kept, []
        for posted, error_code in kept:
            await self._report(posted, error_code)

    # ---- the wire -------------------------------------------------------------------------------------------------
    async def _report_all(self) -> None:
        while True:
            posted, error_code = await self._due.get()
            if self.late:
                self._kept.append((posted, error_code))
            else:
                await self._report(posted, error_code)

    async def _report(self, posted: Posted, error_code: str) -> None:
        path = posted.form["StatusCallback"]
        assert path == self._public + STATUS_PATH, path
        steps = ("undelivered",) if error_code else ARRIVED
        for status in steps:
            price = self.prices.get(posted.sid) or self.prices.get("*")
            extra = {"Price": price, "PriceUnit": "USD"} if price and status == "delivered" else {}
            try:
                answer = await self.report(self._public, self._app, posted.sid, status, error_code, **extra)
            except aiohttp.ClientConnectionError:  # the app is gone: Twilio notes it (11200) and goes on
                self.unheard.append((posted.sid, status))
                return
            assert answer == 200, answer
            self.reports.append((posted.sid, status, error_code))
        async with self._changed:
            self._changed.notify_all()

    async def _take(self, request: web.Request) -> web.StreamResponse:
        self.calls += 1
        form = {name: str(value) for name, value in (await request.post()).items()}
        fault = next((one for one in self._faults if one.times > 0), None)
        if fault is not None:
            fault.times -= 1
        if self._refuses(request):
            return error(401, 20003, "Authenticate")
        if fault is not None and fault.kind == "error":
            return error(fault.status, fault.code, fault.words)
        if fault is not None and fault.kind == "hang":
            await self._quit.wait()
        try:
            values = check_message(form, self.contents)
        except Refused as refused:
            return error(refused.status, refused.code, refused.words)
        posted = self._posted(form, values)
        await self._fetch(form)
        self.messages.append(posted)
        async with self._changed:
            self._changed.notify_all()
        if self._public and form.get("StatusCallback"):
            self._due.put_nowait((posted, self._verdict(posted)))
        if fault is not None and request.transport is not None:
            request.transport.abort()
        return web.json_response(self._document(posted), status=201)

    def _posted(self, form: dict[str, str], values: Mapping[str, str]) -> Posted:
        self._taken += 1
        sid, content = f"SM{self._taken:032d}", self.contents.get(form.get("ContentSid", ""))
        if content is None:
            return Posted(sid, form, form.get("Body", ""))
        choices = tuple((fill(title, values), fill(data, values)) for title, data in content.choices())
        return Posted(sid, form, fill(content.of_type["body"], values), choices, "list" in content.type)

    def _verdict(self, posted: Posted) -> str:
        """The code with which a message fails; "" for one that arrives."""
        if self.refuse_next:
            return self.refuse_next.pop(0)
        wrote = self._wrote.get(posted.to)
        open_ = wrote is not None and self._clock.now_ms() - wrote < WINDOW_MS
        content = self.contents.get(posted.form.get("ContentSid", ""))
        return "" if may_arrive(content, open_) else "63016"

    async def _fetch(self, form: Mapping[str, str]) -> None:
        """Twilio fetches a picture itself, from the public address."""
        if (url := form.get("MediaUrl")) is None or not self._public:
            return
        assert url.startswith(self._public + "/"), url
        async with aiohttp.ClientSession() as session, session.get(self._app + url[len(self._public) :]) as got:
            self.pictures.append((got.status, await got.read()))

    def _document(self, posted: Posted) -> dict[str, Any]:
        return {
            "sid": posted.sid,
            "account_sid": self.account_sid,
            "status": "queued",
            "to": posted.form.get("To"),
            "from": posted.form.get("From"),
            "body": posted.body,
            "price": None,
            "date_created": "Thu, 24 Aug 2023 05:01:45 +0000",
        }

    async def _account(self, request: web.Request) -> web.StreamResponse:
        self.pings += 1
        fault = next((one for one in self._faults if one.times > 0), None)
        if fault is not None and fault.kind == "error":
            return error(fault.status, fault.code, fault.words)
        if self._refuses(request):
            return error(401, 20003, "Authenticate")
        return web.json_response({"sid": self.account_sid, "status": "active", "friendly_name": "Sharp"})

    async def _numbers(self, request: web.Request) -> web.StreamResponse:
        if self._refuses(request):
            return error(401, 20003, "Authenticate")
        return web.json_response({"incoming_phone_numbers": [{"phone_number": request.query.get("PhoneNumber", "")}]})

    async def _approval(self, request: web.Request) -> web.StreamResponse:
        if self._refuses(request):
            return error(401, 20003, "Authenticate")
        sid = request.match_info["sid"]
        content = self.contents.get(sid)
        if content is None:
            return error(404, 20404, "not found")
        status = (
            "approved" if content.approved else content.verdict or ("received" if content.category else "unsubmitted")
        )
        whatsapp = {"name": sid.lower(), "category": content.category or "UTILITY", "status": status}
        return web.json_response({"sid": sid, "account_sid": self.account_sid, "whatsapp": whatsapp})

    def _refuses(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") != basic(self.account_sid, self.auth_token)

    async def _create(self, request: web.Request) -> web.StreamResponse:
        try:
            document = await self._json(request)
            if len(self.contents) >= self.most_contents:
                raise Refused(20429, "Too Many Requests", 429)
            sid = self.add_content(document, approved=False)
        except Refused as refused:
            return error(refused.status, refused.code, refused.words)
        return web.json_response({**document, "sid": sid, "account_sid": self.account_sid}, status=201)

    async def _approve(self, request: web.Request) -> web.StreamResponse:
        content = self.contents.get(request.match_info["sid"])
        if content is None:
            return error(404, 20404, "not found")
        try:
            asked = await self._json(request)
            check_approval(content, asked)
        except Refused as refused:
            return error(refused.status, refused.code, refused.words)
        content.category = asked["category"]
        return web.json_response(
            {"status": "received", "name": asked["name"], "category": asked["category"]}, status=201
        )

    async def _json(self, request: web.Request) -> Any:
        if self._refuses(request):
            raise Refused(20003, "Authenticate", 401)
        if request.content_type != "application/json":
            raise Refused(20001, "not JSON", 415)
        return await request.json()


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
