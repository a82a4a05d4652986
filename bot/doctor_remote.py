"""What `doctor` finds elsewhere: OKX and the clock, Twilio's account and number, the language model."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.channels.whatsapp.line import TwilioLine
from bot.clock import SystemClock
from bot.doctor import Check
from bot.doctor_templates import templates
from bot.messages.reader import Reader
from bot.settings import Settings
from bot.terminal import terminal_reader

WAIT_S = 8.0
SKEW_WARN_MS = 2_000
SKEW_FAIL_MS = 30_000


class Unreachable(Exception):
    """Nothing answered; the message says how that went, "" for not within WAIT_S."""


@dataclass(frozen=True, slots=True)
class Got:
    """An answer: its status and, where it was JSON, what it said."""

    status: int
    body: Any


async def get(
    url: str, *, login: tuple[str, str] | None = None, headers: Mapping[str, str] | None = None, proxies: bool = False
) -> Got:
    """One GET. `proxies`: through HTTPS_PROXY and friends, as the client goes that does the real work."""
    local = urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")
    given = dict(headers or {})
    if login is not None:
        given["Authorization"] = aiohttp.encode_basic_auth(*login)
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(WAIT_S), trust_env=proxies and not local) as session,
            session.get(url, headers=given) as answer,
        ):
            text = await answer.text()
    except (aiohttp.ClientError, TimeoutError, OSError, UnicodeDecodeError) as error:
        raise Unreachable(_why(error)) from error
    try:
        return Got(answer.status, json.loads(text))
    except ValueError:
        return Got(answer.status, None)


def _why(error: Exception) -> str:
    return "" if isinstance(error, TimeoutError) else (str(error) or type(error).__name__)[:160]


def _silent(url: str, error: Exception, reader: Reader) -> str:
    why = str(error) or reader.plain("doctor-no-answer", seconds=f"{WAIT_S:g}")
    return reader.plain("doctor-silent", url=url, why=why)


async def okx(settings: Settings) -> Sequence[Check]:
    """Public data over HTTP and WebSocket, this machine's clock against OKX's, and the pairs."""
    reader, clock, url = terminal_reader(settings), SystemClock(), settings.okx_rest_url
    before = clock.now_ms()
    try:
        got = await get(f"{url}/api/v5/public/time")
        after = clock.now_ms()
        theirs = int(got.body["data"][0]["ts"])
    except Unreachable as error:
        return [Check("okx", "fail", _silent(url, error, reader), reader.plain("doctor-okx-mend"))]
    except (TypeError, KeyError, IndexError, ValueError):
        return [Check("okx", "fail", reader.plain("doctor-okx-odd", url=url), reader.plain("doctor-okx-odd-mend"))]
    found = [Check("okx", "ok", reader.plain("doctor-okx", url=url, ms=str(after - before)))]
    found.append(_clock((before + after) // 2 - theirs, reader))
    return [*found, await _stream(settings, reader), await _pairs(settings, reader)]


def _clock(ahead_ms: int, reader: Reader) -> Check:
    """How far this machine's clock is from OKX's.

    >>> from zoneinfo import ZoneInfo
    >>> english = Reader("en", ZoneInfo("UTC"))
    >>> _clock(-40_000, english).state, _clock(300, english).words
    ('fail', 'within 0.3 s of OKX')
    """
    seconds = reader.number(max(0.1, abs(ahead_ms) / 1000), 1)
    if abs(ahead_ms) < SKEW_WARN_MS:
        return Check("clock", "ok", reader.plain("doctor-clock-near", seconds=seconds))
    words = reader.plain("doctor-clock", side="ahead" if ahead_ms > 0 else "behind", seconds=seconds)
    return Check("clock", "fail" if abs(ahead_ms) > SKEW_FAIL_MS else "warn", words, reader.plain("doctor-clock-mend"))


async def _stream(settings: Settings, reader: Reader) -> Check:
    url = f"{settings.okx_ws_url}/ws/v5/public"
    try:
        async with (
            asyncio.timeout(WAIT_S),
            aiohttp.ClientSession() as session,
            session.ws_connect(url) as socket,
        ):
            await socket.send_str("ping")
            answer = await socket.receive()
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        why = _why(error) or reader.plain("doctor-no-answer", seconds=f"{WAIT_S:g}")
        mend = reader.plain("doctor-reach-mend", name="OKX_WS_URL")
        return Check("okx stream", "fail", reader.plain("doctor-stream-closed", url=url, why=why), mend)
    if answer.data != "pong":
        words = reader.plain("doctor-stream-odd", url=url)
        return Check("okx stream", "warn", words, reader.plain("doctor-stream-odd-mend"))
    return Check("okx stream", "ok", reader.plain("doctor-stream", url=url))


async def _pairs(settings: Settings, reader: Reader) -> Check:
    try:
        got = await get(f"{settings.okx_rest_url}/api/v5/public/instruments?instType=SWAP")
        live = {one["instId"] for one in got.body["data"] if one.get("state") == "live"}
    except (Unreachable, TypeError, KeyError):
        mend = reader.plain("doctor-reach-mend", name="OKX_REST_URL")
        return Check("pairs", "fail", reader.plain("doctor-pairs-unread"), mend)
    if settings.all_pairs:
        return Check("pairs", "ok", reader.plain("doctor-pairs-all", count=str(len(live))))
    count, missing = str(len(settings.pairs)), [pair for pair in settings.pairs if pair not in live]
    if missing:
        words = reader.plain("doctor-pairs-missing", pairs=", ".join(missing))
        return Check("pairs", "fail", words, reader.plain("doctor-pairs-missing-mend"))
    return Check("pairs", "ok", reader.plain("doctor-pairs", count=count, all=count))


async def whatsapp(settings: Settings) -> Sequence[Check]:
    """Twilio's account, whether the sender is one of its numbers, and the content templates."""
    s, reader = settings, terminal_reader(settings)
    if s.twilio_account_sid is None or s.twilio_auth_token is None or s.twilio_whatsapp_from is None:
        return [Check("whatsapp", "off", reader.plain("doctor-whatsapp-off"))]
    login = (s.twilio_account_sid, s.twilio_auth_token.get_secret_value())
    root = f"{s.twilio_api_base_url}/2010-04-01/Accounts/{s.twilio_account_sid}"
    try:
        account = await get(f"{root}.json", login=login)
        owned = await get(f"{root}/IncomingPhoneNumbers.json?PhoneNumber=%2B{s.twilio_whatsapp_from[1:]}", login=login)
    except Unreachable as error:
        mend = reader.plain("doctor-reach-mend", name="TWILIO_API_BASE_URL")
        return [Check("whatsapp", "fail", _silent(s.twilio_api_base_url, error, reader), mend)]
    if account.status in (401, 403, 404):
        mend = reader.plain("doctor-whatsapp-unknown-mend")
        return [Check("whatsapp", "fail", reader.plain("doctor-whatsapp-unknown"), mend)]
    state = account.body.get("status") if isinstance(account.body, dict) else None
    if account.status != 200 or state not in (None, "active"):
        words = reader.plain("doctor-whatsapp-state", state=str(state or account.status))
        return [Check("whatsapp", "fail", words, reader.plain("doctor-whatsapp-state-mend"))]
    line = TwilioLine(s.twilio_account_sid, login[1], s.twilio_whatsapp_from, s.twilio_api_base_url, timeout=WAIT_S)
    try:
        found = await templates(line, s.twilio_content_sids, reader)
    finally:
        await line.close()
    return [_sender(str(s.twilio_whatsapp_from), owned, reader), *_reach(s, reader), *found]


def _sender(number: str, owned: Got, reader: Reader) -> Check:
    listed = owned.body.get("incoming_phone_numbers") if isinstance(owned.body, dict) else None
    if listed:
        return Check("whatsapp", "ok", reader.plain("doctor-whatsapp", number=number))
    words, mend = reader.plain("doctor-whatsapp-other", number=number), reader.plain("doctor-whatsapp-other-mend")
    return Check("whatsapp", "warn", words, mend)


def _reach(s: Settings, reader: Reader) -> list[Check]:
    if s.public_url is None:
        mend = reader.plain("doctor-whatsapp-in-closed-mend")
        return [Check("whatsapp in", "warn", reader.plain("doctor-whatsapp-in-closed"), mend)]
    if not s.whatsapp_recipients:
        mend = reader.plain("doctor-whatsapp-nobody-mend")
        return [Check("whatsapp in", "warn", reader.plain("doctor-whatsapp-nobody"), mend)]
    url = f"{s.public_url}/webhooks/twilio/whatsapp"
    return [Check("whatsapp in", "ok", reader.plain("doctor-whatsapp-in", url=url))]


async def model(settings: Settings) -> Sequence[Check]:
    """Whether the configured model answers to the key."""
    reader, name = terminal_reader(settings), settings.openai_model
    if settings.openai_api_key is None:
        return [Check("model", "off", reader.plain("doctor-model-off"))]
    headers = {"Authorization": f"Bearer {settings.openai_api_key.get_secret_value()}"}
    url = f"{settings.openai_base_url}/models/{settings.openai_model}"
    try:
        got = await get(url, headers=headers, proxies=True)
    except Unreachable as error:
        mend = reader.plain("doctor-reach-mend", name="OPENAI_BASE_URL")
        return [Check("model", "fail", _silent(settings.openai_base_url, error, reader), mend)]
    if got.status == 200:
        return [Check("model", "ok", reader.plain("doctor-model", model=name))]
    return [_model_problem(got.status, name, reader)]


def _model_problem(status: int, name: str, reader: Reader) -> Check:
    if status in (401, 403):
        return Check("model", "fail", reader.plain("doctor-model-key"), reader.plain("doctor-model-key-mend"))
    if status == 404:
        words, mend = reader.plain("doctor-model-unknown", model=name), reader.plain("doctor-model-unknown-mend")
        return Check("model", "fail", words, mend)
    words, mend = reader.plain("doctor-model-status", status=str(status)), reader.plain("doctor-model-status-mend")
    return Check("model", "fail", words, mend)
