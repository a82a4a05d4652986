"""/health, /logs and /route: what an operator sees and moves, and that nothing secret is ever among it."""

from __future__ import annotations

import logging
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.commands.health import raters_lines
from bot.commands.live import FeedState, Halt, Status
from bot.commands.ops import LineState, Ops
from bot.i18n import LOCALES
from bot.messages.reader import Reader
from bot.metrics import Metrics
from bot.ops_card import card
from bot.ops_log import KEPT, OpsLog
from bot.settings import load_settings, secrets_of
from storage import audit, chats, nights, outbox, quiet, routes
from tests.commands.talk import ANI, GROUP, NOW, OWNER, Talk, only

TOKEN = "7123456789:AAH-abcdefghijklmnopqrstuvwxyz012345"
LINES = (LineState("telegram", False, "Conflict: another program reads"), LineState("web", True, "", 12, 3))
STATUS = Status(
    NOW - 3_600_000,
    (
        FeedState("BTC-USDT-SWAP", NOW - 2_000),
        FeedState("ETH-USDT-SWAP", NOW - 65_000, ("trades", "book")),
        FeedState("SOL-USDT-SWAP", None),
    ),
    (Halt("pause", NOW + 600_000, "FOMC <b>"),),
    "abcdef0123456789",
)


VOTED = {"people": 40, "counted": 12, "agreement": 0.66, "touched": 49, "moved": 0.0111}


@pytest.mark.parametrize("locale", LOCALES)
async def test_health_tells_who_counts_and_what_votes_moved(talk: Talk, locale: str) -> None:
    reader = Reader(locale, ZoneInfo("UTC"))
    head, did = raters_lines({"raters": VOTED}, reader)
    assert "12" in head and "40" in head
    assert reader.percent(0.66) in did and "49" in did and reader.number("0.011") in did
    assert raters_lines({"raters": {**VOTED, "agreement": None}}, reader) == [head]
    assert raters_lines({"raters": {**VOTED, "people": 0}}, reader) == raters_lines({}, reader) == []
    document = {"kind": "night", "cut": 1, "effective": 2, "status": {"raters": VOTED}}
    async with talk.db.write() as conn:
        await nights.add(conn, document)
    shown = only(await talk.command(OWNER, "/health"))
    assert "Penilai yang dihitung: 12 dari 40" in shown.text and "p maks. 0,011" in shown.text


async def test_health_tells_what_is_wrong_first(talk: Talk) -> None:
    talk.status = STATUS
    talk.conversation.show_ops(Ops(lambda: LINES, lambda: ()))
    async with talk.db.write() as conn:
        for place, reason in ((GROUP, "rights"), ("-1008:4", "topic_closed"), ("501", "blocked")):
            await chats.upsert_chat(conn, "telegram", place, active=True)
            await quiet.silence(conn, "telegram", place, reason)
        what: dict[str, Any] = {
            "kind": "notice",
            "number": None,
            "state": "policy",
            "payload": None,
            "priority": 3,
            "at": NOW,
        }
        await outbox.enqueue(conn, channel="telegram", address="-9", dedupe_key="a", **what)
        (row,) = await outbox.lease(conn, "telegram", NOW, 5)
        await outbox.dead(conn, row.id, "Bad Request: <b> BUTTON_DATA_INVALID")
    shown = only(await talk.command(OWNER, "/health"))
    told = shown.text.splitlines()
    assert told[2].startswith("⚠️ ETH/USDT: 1 mnt") and "hilang: trades, order book" in shown.text
    for part in (
        "BTC/USDT: 2 dtk lalu", "SOL/USDT: belum ada data",
        "FOMC <b>", "Model abcdef012345", "Antrean: kosong", "Gagal 1",
        "-9: Bad Request: <b> BUTTON_DATA_INVALID", f"🔇 {GROUP}: tidak boleh menulis", "🔇 -1008:4: topik ditutup",
        "❌ telegram: Conflict: another program reads", "✅ web: 12 terkirim, 3 kali kena limit",
    ):  # fmt: skip
        assert part in shown.text, part
    assert "501" not in shown.text, "a person who blocked the bot is no fault"
    again = await talk.tap(OWNER, shown.buttons[0][0].data, OWNER.user_id)
    assert again.edit is not None and again.edit.text == shown.text


def test_the_log_holds_no_secret_of_the_settings_nor_one_by_its_shape() -> None:
    settings = load_settings(
        {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "TWILIO_AUTH_TOKEN": "twilio-very-secret",
            "TWILIO_WHATSAPP_FROM": "+14155238886",
            "OPENAI_API_KEY": "sk-abcdefghijklmnopqrstuvwx",
            "SHARPSIGNAL_API_KEY": "house-key-123",
            "REDIS_URL": "redis://:redis-pass@localhost:6379/0",
        },
        None,
    )
    log = OpsLog(secrets_of(settings))
    logger = logging.Logger("bot.test")
    logger.addHandler(log)
    logger.warning("POST /bot%s/sendMessage", TOKEN)
    logger.error("twilio twilio-very-secret refused, key house-key-123 at redis://:redis-pass@localhost")
    logger.info("another bot 99887766:%s and sk-%s", "B" * 35, "z" * 30)
    logger.warning("open https://t.me/x?start=claim_%s", "n0nce-of-the-owner")
    try:
        raise ValueError(f"token {TOKEN}")
    except ValueError:
        logger.exception("it broke\nover two lines")
    told = "\n".join(log.lines())
    for secret in (
        TOKEN,
        "twilio-very-secret",
        "house-key-123",
        "redis-pass",
        "B" * 35,
        "z" * 30,
        "n0nce-of-the-owner",
    ):
        assert secret not in told, secret
    assert len(log.lines()) == 5 and "it broke over two lines: ValueError" in told and "start=claim_…" in told


def test_the_log_keeps_the_newest_and_only_what_matters() -> None:
    log = OpsLog()
    for name, level in (("httpx", logging.INFO), ("httpx", logging.WARNING), ("bot.x", logging.INFO), ("bot", 10)):
        logger = logging.Logger(name)
        logger.addHandler(log)
        logger.log(level, "%s %d", name, level)
    logger = logging.Logger("bot.outbox")
    logger.addHandler(log)
    for number in range(KEPT):
        logger.warning("line %d %s", number, "x" * 5_000)
    assert len(log.lines()) == KEPT and all(len(line) <= 300 for line in log.lines())
    assert "line 0 " in log.lines()[0] and f"line {KEPT - 1} " in log.lines()[-1]


async def test_logs_are_for_admins_in_private_and_fit_a_message(talk: Talk) -> None:
    lines = tuple(f"12:00:{n:02d} W outbox: <b>{n}</b> {'é' * 250}" for n in range(60))
    talk.conversation.show_ops(Ops(lambda: (), lambda: lines))
    await talk.configure()
    shown = only(await talk.command(OWNER, "/logs 40"))
    assert len(shown.text) <= 4_000 and "<b>59</b>" in shown.text and "<b>1</b>" not in shown.text
    assert "<code>" in shown.html and "&lt;b&gt;59" in shown.html
    assert "chat pribadi" in only(await talk.command(OWNER, "/logs", GROUP)).text
    assert "hanya untuk admin" in only(await talk.command(ANI, "/logs", GROUP)).text
    talk.conversation.show_ops(Ops())
    assert "kosong" in only(await talk.command(OWNER, "/logs -1")).text


async def test_an_owner_moves_results_and_ops_into_topics(talk: Talk) -> None:
    await talk.configure()
    here = f"{GROUP}:9"
    assert "hanya untuk pemilik" in only(await talk.command(ANI, "/route results", here)).text
    assert "Hasil grup ini" in only(await talk.command(OWNER, "/route results", here)).text
    await talk.command(OWNER, "/route OPS", f"{GROUP}:10")
    assert "tanpa sinyal, hasil, tanpa ops" in only(await talk.command(OWNER, "/route", here)).text
    async with talk.db.read() as conn:
        assert await routes.of(conn, GROUP) == {"results": here, "ops": f"{GROUP}:10"}
    await talk.command(OWNER, "/route off", here)
    async with talk.db.read() as conn:
        assert await routes.of(conn, GROUP) == {"ops": f"{GROUP}:10"}
        assert [deed.detail for deed in await audit.newest(conn)] == ["off", "ops", "results"]
    for wrong in ("/route signals", "/route nonsense", "/route results"):
        await talk.command(OWNER, wrong, "-100999" if wrong != "/route nonsense" else here)
    async with talk.db.read() as conn:
        assert await routes.of(conn, "-100999") == {} and len(await audit.newest(conn)) == 3
    await talk.command(OWNER, "/route ops")
    async with talk.db.read() as conn:
        assert (await routes.everywhere(conn))[OWNER.user_id] == {"ops": OWNER.user_id}


async def test_a_reply_in_a_topic_that_only_gets_results_still_finds_its_signal(talk: Talk) -> None:
    await talk.publish(posts=(("telegram", GROUP, "9"),))
    answer = await talk.say(ANI, "👍", f"{GROUP}:77", reply_to="9")
    assert "👍" in only(answer).text
    assert "Hasil" in only(await talk.command(ANI, "/stats", f"{GROUP}:77")).text


@pytest.mark.parametrize("locale", LOCALES)
def test_the_card_tells_the_state_at_a_glance(locale: str) -> None:
    metrics = Metrics()
    for pair, stream, age in (
        ("BTC-USDT-SWAP", "candle", 2.0),
        ("ETH-USDT-SWAP", "candle", 31.0),
        ("BTC", "book", 1.0),
    ):
        metrics.feed_age.labels(exchange="okx", pair=pair, stream=stream).set(age)
    reader = Reader(locale, ZoneInfo("Asia/Jakarta"))
    waiting: dict[str, int | None] = {"pending": 4, "oldest_age_ms": 61_000, "dead": 0, "dropped": 0}
    shown = card(STATUS, metrics, waiting, 3, NOW, reader)
    told = shown.text.splitlines()
    assert shown.silent and not shown.buttons
    assert reader.moment(NOW) in told[0] and reader.span(2) in told[1]
    assert any(reader.span(31) in line for line in told) and any("ETH/USDT" in line for line in told)
    assert any("FOMC" in line for line in told) and any("abcdef012345" in line for line in told)
    assert any("4" in line and reader.span(61) in line for line in told)
    empty = card(Status(NOW), Metrics(), {"pending": 0, "oldest_age_ms": None}, 0, NOW, reader)
    assert len(empty.text.splitlines()) >= 6
