"""What `doctor` finds elsewhere: OKX and the clock, Twilio's account and number, the language model."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import aiohttp

from bot.channels.whatsapp.line import TwilioLine
from bot.clock import SystemClock
from bot.doctor import Check
from bot.doctor_templates import templates
from bot.messages.reader import Reader
from bot.settings import Settings

WAIT_S = 8.0
SKEW_WARN_MS = 2_000
SKEW_FAIL_MS = 30_000
REACH = "check this machine's network, DNS and firewall, or {name}"


class Unreachable(Exception):
    """Nothing answered; the message says how that went."""


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
    if isinstance(error, TimeoutError):
        return f"no answer within {WAIT_S:g} s"
    return (str(error) or type(error).__name__)[:160]


async def okx(settings: Settings) -> Sequence[Check]:
    """Public data over HTTP and WebSocket, this machine's clock against OKX's, and the pairs."""
    clock = SystemClock()
    before = clock.now_ms()
    try:
        got = await get(f"{settings.okx_rest_url}/api/v5/public/time")
        after = clock.now_ms()
        theirs = int(got.body["data"][0]["ts"])
    except Unreachable as error:
        mend = REACH.format(name="OKX_REST_URL (some countries need a regional host or a proxy)")
        return [Check("okx", "fail", f"{settings.okx_rest_url} does not answer: {error}", mend)]
    except (TypeError, KeyError, IndexError, ValueError):
        mend = "OKX may be blocked here: set OKX_REST_URL to a regional host or a proxy"
        return [Check("okx", "fail", f"{settings.okx_rest_url} answers, but not as OKX does", mend)]
    found = [Check("okx", "ok", f"{settings.okx_rest_url} answers in {after - before} ms")]
    found.append(_clock((before + after) // 2 - theirs))
    return [*found, await _stream(settings), await _pairs(settings)]


def _clock(ahead_ms: int) -> Check:
    """How far this machine's clock is from OKX's.

    >>> _clock(-40_000).state, _clock(300).words
    ('fail', 'within 0.3 s of OKX')
    """
    mend = "let the machine set its clock: timedatectl set-ntp true"
    if abs(ahead_ms) < SKEW_WARN_MS:
        return Check("clock", "ok", f"within {max(0.1, abs(ahead_ms) / 1000):.1f} s of OKX")
    side = "ahead of" if ahead_ms > 0 else "behind"
    state = "fail" if abs(ahead_ms) > SKEW_FAIL_MS else "warn"
    return Check("clock", "fail" if state == "fail" else "warn", f"{abs(ahead_ms) / 1000:.1f} s {side} OKX", mend)


async def _stream(settings: Settings) -> Check:
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
        mend = REACH.format(name="OKX_WS_URL")
        return Check("okx stream", "fail", f"{url} cannot be opened: {_why(error)}", mend)
    if answer.data != "pong":
        return Check("okx stream", "warn", f"{url} opens but answers no ping", "check OKX_WS_URL")
    return Check("okx stream", "ok", f"{url} opens and answers")


async def _pairs(settings: Settings) -> Check:
    try:
        got = await get(f"{settings.okx_rest_url}/api/v5/public/instruments?instType=SWAP")
        live = {one["instId"] for one in got.body["data"] if one.get("state") == "live"}
    except (Unreachable, TypeError, KeyError):
        return Check("pairs", "fail", "OKX's list of contracts cannot be read", REACH.format(name="OKX_REST_URL"))
    if settings.all_pairs:
        return Check("pairs", "ok", f"every live USDT swap; OKX lists {len(live)} swaps")
    missing = [pair for pair in settings.pairs if pair not in live]
    if missing:
        mend = "take them out of SHARPSIGNAL_PAIRS"
        return Check("pairs", "fail", f"not live on OKX: {', '.join(missing)}", mend)
    return Check("pairs", "ok", f"{len(settings.pairs)} pairs are live on OKX")


async def whatsapp(settings: Settings) -> Sequence[Check]:
    """Twilio's account, whether the sender is one of its numbers, and the content templates."""
    s = settings
    if s.twilio_account_sid is None or s.twilio_auth_token is None or s.twilio_whatsapp_from is None:
        return [Check("whatsapp", "off", "not set up (TWILIO_ACCOUNT_SID and two more)")]
    login = (s.twilio_account_sid, s.twilio_auth_token.get_secret_value())
    root = f"{s.twilio_api_base_url}/2010-04-01/Accounts/{s.twilio_account_sid}"
    try:
        account = await get(f"{root}.json", login=login)
        owned = await get(f"{root}/IncomingPhoneNumbers.json?PhoneNumber=%2B{s.twilio_whatsapp_from[1:]}", login=login)
    except Unreachable as error:
        words = f"{s.twilio_api_base_url} does not answer: {error}"
        return [Check("whatsapp", "fail", words, REACH.format(name="TWILIO_API_BASE_URL"))]
    if account.status in (401, 403, 404):
        mend = "copy TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN anew from Twilio's console"
        return [Check("whatsapp", "fail", "Twilio does not know this account or refuses its token", mend)]
    state = account.body.get("status") if isinstance(account.body, dict) else None
    if account.status != 200 or state not in (None, "active"):
        return [Check("whatsapp", "fail", f"Twilio says {state or account.status}", "look into Twilio's console")]
    line = TwilioLine(s.twilio_account_sid, login[1], s.twilio_whatsapp_from, s.twilio_api_base_url, timeout=WAIT_S)
    try:
        found = await templates(line, s.twilio_content_sids, Reader(s.locale, ZoneInfo(s.timezone)))
    finally:
        await line.close()
    return [_sender(s, owned), *_reach(s), *found]


def _sender(s: Settings, owned: Got) -> Check:
    listed = owned.body.get("incoming_phone_numbers") if isinstance(owned.body, dict) else None
    if listed:
        return Check("whatsapp", "ok", f"{s.twilio_whatsapp_from} is a number of this account")
    mend = "right for Twilio's sandbox or a WhatsApp-only sender; else mend TWILIO_WHATSAPP_FROM"
    return Check("whatsapp", "warn", f"{s.twilio_whatsapp_from} is not among this account's numbers", mend)


def _reach(s: Settings) -> list[Check]:
    if s.public_url is None:
        mend = "set SHARPSIGNAL_PUBLIC_URL to the address under which Twilio reaches this machine"
        return [Check("whatsapp in", "warn", "answers of people cannot reach us", mend)]
    if not s.whatsapp_recipients:
        return [Check("whatsapp in", "warn", "nobody gets signals", "name who opted in in WHATSAPP_RECIPIENTS")]
    return [Check("whatsapp in", "ok", f"answers come to {s.public_url}/webhooks/twilio/whatsapp")]


async def model(settings: Settings) -> Sequence[Check]:
    """Whether the configured model answers to the key."""
    if settings.openai_api_key is None:
        return [Check("model", "off", "no second opinion (OPENAI_API_KEY)")]
    headers = {"Authorization": f"Bearer {settings.openai_api_key.get_secret_value()}"}
    url = f"{settings.openai_base_url}/models/{settings.openai_model}"
    try:
        got = await get(url, headers=headers, proxies=True)
    except Unreachable as error:
        words = f"{settings.openai_base_url} does not answer: {error}"
        return [Check("model", "fail", words, REACH.format(name="OPENAI_BASE_URL"))]
    if got.status in (401, 403):
        return [Check("model", "fail", "the key is refused", "set a valid OPENAI_API_KEY, or leave it empty")]
    if got.status == 404:
        mend = "name one that the server has in OPENAI_MODEL"
        return [Check("model", "fail", f"{settings.openai_model} is not known there", mend)]
    if got.status != 200:
        return [Check("model", "fail", f"the server says {got.status}", "try later, or check OPENAI_BASE_URL")]
    return [Check("model", "ok", f"{settings.openai_model} answers")]
