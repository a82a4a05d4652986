"""`sharpsignal doctor`: a line a check with its mend, over loopback servers; exit codes as promised."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.channels.whatsapp.templates import TEMPLATES
from bot.clock import SystemClock
from storage.database import Database
from tests.channels.whatsapp_stage import templates
from tests.onboarding.new_owner import TOKEN, Home, home
from tests.servers.twilio_api import TwilioApi

CHANNEL, GROUP, FORUM = -1001, -1002, -1003
RIGHTS = (
    "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members "
    "can_promote_members can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories"
)
ADMIN = dict.fromkeys(RIGHTS.split(), False)


@pytest.fixture
async def new(tmp_path: Path) -> AsyncIterator[Home]:
    async with home(tmp_path) as built:
        yield built


async def checks(new: Home, code: int, **settings: str) -> dict[str, dict[str, Any]]:
    """What `doctor --json` found, by name."""
    async with new.verb("doctor", "--json", **{"SHARPSIGNAL_LOCALE": "en", **settings}) as terminal:
        assert await terminal.ended() == code, terminal.said
    line = next(line for line in terminal.said.splitlines() if line.startswith("{"))
    told = json.loads(line)
    assert told["ok"] is (code == 0)
    return {check["name"]: check for check in told["checks"]}


@pytest.mark.parametrize(
    ("locale", "marks", "mend"),
    [
        ("id", ("OK", "nonaktif"), "`sharpsignal init` menyiapkannya dalam dua menit"),
        ("en", ("ok", "off"), "`sharpsignal init` sets one up in two minutes"),
    ],
)
async def test_a_fresh_machine_is_told_line_by_line(new: Home, locale: str, marks: tuple[str, str], mend: str) -> None:
    async with new.verb("doctor", SHARPSIGNAL_LOCALE=locale) as terminal:
        assert await terminal.ended() == 0, terminal.said
    lines = terminal.said.splitlines()
    starts = [line.split()[0] for line in lines if not line.lstrip().startswith("->")]
    assert starts == [marks[0]] * 9 + [marks[1]] * 3
    assert mend in terminal.said
    assert not (new.folder / "data").exists(), "nothing is made"


async def test_the_clock_the_pairs_and_an_exchange_that_is_away(new: Home) -> None:
    new.okx.now_ms = lambda: SystemClock().now_ms() + 45_000
    found = await checks(new, 1, SHARPSIGNAL_PAIRS="BTC-USDT-SWAP,GONE-USDT-SWAP")
    assert found["clock"]["state"] == "fail" and "behind OKX" in found["clock"]["words"]
    assert "set-ntp" in found["clock"]["mend"]
    assert (
        found["pairs"]["words"] == "not live on OKX: GONE-USDT-SWAP" and "SHARPSIGNAL_PAIRS" in found["pairs"]["mend"]
    )
    found = await checks(new, 1, OKX_REST_URL="http://127.0.0.1:9", OKX_WS_URL="ws://127.0.0.1:9")
    assert found["okx"]["state"] == "fail" and "OKX_REST_URL" in found["okx"]["mend"]


async def test_the_rights_of_the_bot_in_each_chat(new: Home) -> None:
    new.telegram.places = {
        CHANNEL: {"id": CHANNEL, "type": "channel", "title": "Signals"},
        GROUP: {"id": GROUP, "type": "supergroup", "title": "Talk"},
        FORUM: {"id": FORUM, "type": "supergroup", "title": "Topics", "is_forum": True},
    }
    new.telegram.members = {
        CHANNEL: {"status": "administrator", **ADMIN, "can_post_messages": True, "can_edit_messages": False},
        GROUP: {"status": "member"},
        FORUM: {"status": "administrator", **ADMIN, "can_pin_messages": True},
    }
    chats = f"{CHANNEL},{GROUP},{FORUM}:7,{GROUP}:3,-1009"
    found = await checks(new, 1, TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_CHAT_IDS=chats, TELEGRAM_OWNER_IDS="7")
    assert found["telegram"]["words"] == "@sharp_test_bot answers" and found["owner"]["state"] == "ok"
    states = {name.removeprefix("chat "): check["state"] for name, check in found.items() if name.startswith("chat")}
    assert states == {"-1001": "warn", "-1002": "warn", "-1003:7": "ok", "-1002:3": "fail", "-1009": "fail"}
    assert found["chat -1001"]["mend"] == "give it these rights for messages: edit, pin"
    assert "TELEGRAM_CHAT_IDS" in found["chat -1009"]["mend"]


async def test_a_token_that_telegram_does_not_know(new: Home) -> None:
    found = await checks(new, 1, TELEGRAM_BOT_TOKEN="123456:AAE-of-nobody-at-all")
    assert found["telegram"]["state"] == "fail" and "sharpsignal init" in found["telegram"]["mend"]


async def test_what_cannot_be_a_token_is_not_sent_anywhere(new: Home) -> None:
    found = await checks(new, 1, TELEGRAM_BOT_TOKEN="foo")
    assert found["telegram"]["state"] == "fail" and "123456789:AAE…" in found["telegram"]["words"]


async def test_chats_without_a_bot_and_a_group_that_moved(new: Home) -> None:
    found = await checks(new, 0, TELEGRAM_CHAT_IDS=str(GROUP))
    assert found["telegram"]["state"] == "warn" and "TELEGRAM_BOT_TOKEN is empty" in found["telegram"]["words"]
    new.telegram.places = {-5: {"id": -5, "type": "group", "title": "Talk"}}
    words = "Bad Request: group chat was upgraded to a supergroup chat"
    new.telegram.fail("getChat", 400, words, chat_id=-5, migrate_to_chat_id=GROUP)
    found = await checks(new, 0, TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_CHAT_IDS="-5")
    assert found["chat -5"]["state"] == "warn" and str(GROUP) in found["chat -5"]["mend"]


async def test_wrong_settings_end_with_two_and_name_the_line(new: Home) -> None:
    async with new.verb("doctor", SHARPSIGNAL_LOCALE="xx") as terminal:
        assert await terminal.ended() == 2
    assert terminal.said.startswith("SHARPSIGNAL_LOCALE=xx: must be one of")


async def test_a_store_is_looked_into_and_left_alone(new: Home) -> None:
    path = new.folder / "data" / "sharpsignal.db"
    async with await Database.open(f"sqlite+aiosqlite:///{path}"):
        pass
    assert "whole, writable" in (await checks(new, 0))["database"]["words"]
    before = path.read_bytes()
    path.write_bytes(before[:4096] + b"\x00" * (len(before) - 4096))
    found = await checks(new, 1)
    assert found["database"]["state"] == "fail" and found["database"]["mend"]
    path.write_text("no database " * 500, encoding="utf-8")
    assert (await checks(new, 1))["database"]["state"] == "fail"


async def test_each_content_template_is_looked_up(new: Home) -> None:
    async with TwilioApi() as api:
        twilio = {
            "TWILIO_ACCOUNT_SID": api.account_sid,
            "TWILIO_AUTH_TOKEN": api.auth_token,
            "TWILIO_WHATSAPP_FROM": "+14155238886",
            "TWILIO_API_BASE_URL": api.url,
        }
        assert "templates --create" in (await checks(new, 0, **twilio))["templates"]["mend"]
        sids = templates(api, *(f"{kind}:en" for kind in TEMPLATES))
        whole = (await checks(new, 0, **twilio, TWILIO_CONTENT_SIDS=sids))["templates"]
        assert (whole["state"], whole["words"]) == ("ok", "5 approved by WhatsApp"), whole
        some = (await checks(new, 0, **twilio, TWILIO_CONTENT_SIDS=sids.split(",")[0]))["templates"]
        assert some["state"] == "warn" and "none in language en for: update" in some["words"]
        first, second = list(api.contents.values())[:2]
        for verdict, state, mend in (
            ("pending", "warn", "WhatsApp decides"),
            ("", "fail", "ask for approval"),
            ("rejected", "fail", "Twilio's console says why"),
        ):
            first.approved, first.verdict = False, verdict
            found = (await checks(new, int(state == "fail"), **twilio, TWILIO_CONTENT_SIDS=sids))["templates"]
            assert found["state"] == state and "signal:en" in found["words"] and mend in found["mend"], found
        del api.contents[second.sid]
        found = (await checks(new, 1, **twilio, TWILIO_CONTENT_SIDS=sids))["templates"]
        assert found["words"] == "not known to Twilio: update:en", found


async def test_twilio_and_the_model_are_asked(new: Home) -> None:
    async def answer(request: web.Request) -> web.Response:
        if "models" in request.path:
            return web.json_response({}, status=200 if "known" in request.path else 404)
        if request.headers.get("Authorization") != "Basic QUMxOnJpZ2h0":  # AC1:right
            return web.json_response({}, status=401)
        body: dict[str, Any] = {"status": "active"}
        return web.json_response({"incoming_phone_numbers": [{}]} if "Numbers" in request.path else body)

    app = web.Application()
    app.router.add_get("/{tail:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    twilio = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_WHATSAPP_FROM": "+6281234567890", "TWILIO_API_BASE_URL": url}
    opinion = {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": url}
    try:
        found = await checks(new, 0, **twilio, TWILIO_AUTH_TOKEN="right", **opinion, OPENAI_MODEL="known")
        assert (found["whatsapp"]["state"], found["whatsapp in"]["state"]) == ("ok", "warn")
        assert "SHARPSIGNAL_PUBLIC_URL" in found["whatsapp in"]["mend"] and found["model"]["state"] == "ok"
        found = await checks(new, 1, **twilio, TWILIO_AUTH_TOKEN="wrong", **opinion, OPENAI_MODEL="other")
        assert "TWILIO_AUTH_TOKEN" in found["whatsapp"]["mend"] and "OPENAI_MODEL" in found["model"]["mend"]
    finally:
        await runner.cleanup()
