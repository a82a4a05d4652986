"""`sharpsignal init` as a new owner uses it: the real process, a strict Bot API server, and a stopwatch."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.places import take_in
from storage import chats
from storage.database import Database
from tests.onboarding.new_owner import OWNER, TOKEN, Home, Terminal, home
from tests.onboarding.test_doctor import ADMIN
from tests.servers.telegram_api import Sent
from tests.servers.telegram_wire import member

TWO_MINUTES = 120.0


@pytest.fixture
async def new(tmp_path: Path) -> AsyncIterator[Home]:
    async with home(tmp_path) as built:
        yield built


async def press(new: Home, post: Sent, label: str) -> None:
    """Press a button and wait until the bot answered."""
    before = len(new.telegram.answers)
    new.telegram.tap(post.message_id, post.buttons[label], user_id=OWNER)
    await new.telegram.until(lambda: len(new.telegram.answers) > before, 15.0)


async def question(new: Home, text: str) -> Sent:
    """The message that asks now."""
    await new.telegram.until(lambda: any(text in one.text for one in new.telegram.messages(OWNER)), 15.0)
    return next(one for one in new.telegram.messages(OWNER) if text in one.text)


async def claim(new: Home, terminal: Terminal) -> None:
    nonce = (await terminal.until(r"https://t\.me/sharp_test_bot\?start=(claim_[\w-]+)"))[1]
    new.telegram.say(OWNER, f"/start {nonce}", user_id=OWNER, language="en")


async def test_from_a_token_to_a_demo_signal_with_working_buttons_in_under_two_minutes(new: Home) -> None:
    started = asyncio.get_running_loop().time()
    async with new.verb("init", typed=TOKEN + "\n") as terminal:
        await claim(new, terminal)
        await press(new, await question(new, "1/5 · Language"), "Indonesia")
        await press(new, await question(new, "2/5 · Zona waktu"), "WITA Makassar")
        await press(new, await question(new, "3/5 · Pair yang dipantau?"), "BTC ETH")
        await press(new, await question(new, "4/5 · 1R kamu berapa?"), "25 USDT")
        asked = await question(new, "5/5 · Sinyal dikirim ke mana?")
        await press(new, asked, "Lanjut")
        demo = await question(new, "DEMO: contoh")
        took = asyncio.get_running_loop().time() - started
        await press(new, demo, "👍")
        await new.telegram.until(lambda: "👍 1" in new.telegram.sent[demo.message_id].buttons, 15.0)
        await press(new, demo, "⛔")
        await new.telegram.until(lambda: "Telat" in new.telegram.sent[demo.message_id].buttons, 15.0)
        await press(new, new.telegram.sent[demo.message_id], "Telat")
        assert await terminal.ended(90.0) == 0, terminal.said
    assert took < TWO_MINUTES / 4, f"{took:.1f} s of machine time"
    assert new.mode == 0o600
    assert new.env.splitlines()[1:] == [
        f"TELEGRAM_BOT_TOKEN={TOKEN}",
        "SHARPSIGNAL_LOCALE=id",
        "SHARPSIGNAL_TIMEZONE=Asia/Makassar",
        "SHARPSIGNAL_PAIRS=BTC-USDT-SWAP,ETH-USDT-SWAP",
    ]
    assert TOKEN not in terminal.said and TOKEN.split(":")[1] not in terminal.said
    assert "█" in terminal.said, "the QR code"
    assert (
        "English: " in terminal.said
        and "sharpsignal init --locale en" in terminal.said
        and "tempel tokennya" in terminal.said
    )
    assert "utuh, bisa ditulis" in terminal.said, "the store is let go before it is looked at"
    assert "Beres" in asked.text or "Beres" in new.telegram.sent[asked.message_id].text
    assert "aktif di OKX: 2 dari 2" in terminal.said and "bot sudah punya pemilik" in terminal.said
    assert "GAGAL" not in terminal.said
    with closing(sqlite3.connect(new.folder / "data" / "sharpsignal.db")) as db:
        assert db.execute("SELECT locale, timezone FROM chats WHERE channel = 'telegram'").fetchall() == [
            ("id", "Asia/Makassar")
        ]
        assert db.execute("SELECT count(*) FROM signals").fetchall() == [(0,)]


async def test_what_stands_in_the_file_stays_and_what_was_given_is_not_asked(new: Home) -> None:
    (new.folder / ".env").write_text(
        f"# mine\nSHARPSIGNAL_RECORD_DAYS=3\nTELEGRAM_BOT_TOKEN={TOKEN}\n", encoding="utf-8"
    )
    async with new.verb("init", "--locale", "en", "--timezone", "UTC", "--pairs", "SOL-USDT-SWAP", typed="\n") as it:
        await claim(new, it)
        await press(new, await question(new, "1/2 · How much is 1R"), "Not now")
        await press(new, await question(new, "2/2 · Where do signals go?"), "Continue")
        demo = await question(new, "DEMO: an example")
        await press(new, demo, "👎")
        assert await it.ended(90.0) == 0, it.said
    assert "You own the bot now" in it.said and "English:" not in it.said
    assert new.env.splitlines() == [
        "# mine",
        "SHARPSIGNAL_RECORD_DAYS=3",
        f"TELEGRAM_BOT_TOKEN={TOKEN}",
        "SHARPSIGNAL_LOCALE=en",
        "SHARPSIGNAL_TIMEZONE=UTC",
        "SHARPSIGNAL_PAIRS=SOL-USDT-SWAP",
    ]
    assert new.mode == 0o600


async def test_without_questions_it_checks_the_token_and_prints_the_link(new: Home) -> None:
    async with new.verb("init", "--non-interactive", TELEGRAM_BOT_TOKEN=TOKEN) as terminal:
        assert await terminal.ended() == 0, terminal.said
    first = await_link(terminal)
    async with new.verb("init", "--non-interactive") as terminal:
        assert await terminal.ended() == 0, terminal.said
    assert await_link(terminal) == first, "the same link stays good"
    assert "sendMessage" not in {call.method for call in new.telegram.calls}


def await_link(terminal: Terminal) -> str:
    return next(word for word in terminal.said.split() if word.startswith("https://t.me/"))


@pytest.mark.parametrize(
    ("typed", "mend"),
    [
        ("123456:AAE-some_other_token_of_nobody\n" * 3, "ambil lagi tokennya dari @BotFather"),
        ("hello\n" * 3, "TELEGRAM_BOT_TOKEN: harus berbentuk 123456789:AAE"),
        ("", "@BotFather di Telegram memberi token (/newbot)"),
    ],
)
async def test_a_wrong_token_is_asked_for_again_and_the_mend_is_named(new: Home, typed: str, mend: str) -> None:
    async with new.verb("init", typed=typed) as terminal:
        assert await terminal.ended() == 2, terminal.said
    assert mend in terminal.said and "Traceback" not in terminal.said
    assert "some_other_token" not in terminal.said
    assert not (new.folder / ".env").exists(), "a token that does not work is not kept"


async def test_without_a_network_the_mend_is_named(new: Home) -> None:
    await new.telegram.stop()
    async with new.verb("init", typed=TOKEN + "\n") as terminal:
        assert await terminal.ended() == 1, terminal.said
    assert "Telegram tidak menjawab" in terminal.said and "TELEGRAM_API_BASE_URL" in terminal.said
    assert "Traceback" not in terminal.said and TOKEN not in terminal.said


async def test_a_bot_that_somebody_else_reads_is_named(new: Home) -> None:
    new.telegram.fail("getUpdates", 409, times=100)
    async with new.verb("init", "--wait", "20", typed=TOKEN + "\n") as terminal:
        await terminal.until("Program lain sedang membaca pesan bot ini: hentikan dulu")
        assert TOKEN not in terminal.said


async def test_nobody_comes_and_the_link_stays(new: Home) -> None:
    async with new.verb("init", "--wait", "1", typed=TOKEN + "\n") as terminal:
        assert await terminal.ended() == 1
    assert "Tautannya tetap berlaku" in terminal.said and "bot belum punya pemilik" in terminal.said


async def test_words_in_place_of_a_press_are_told_to_press(new: Home) -> None:
    async with new.verb("init", typed=TOKEN + "\n") as terminal:
        await claim(new, terminal)
        await press(new, await question(new, "1/5 · Language"), "Indonesia")
        asked = await question(new, "2/5 · ")
        new.telegram.say(OWNER, "Jakarta", user_id=OWNER)
        assert (await question(new, "Tekan")).text == "Tekan salah satu tombol di atas."
        await press(new, asked, "WIB Jakarta")
        await question(new, "3/5 · ")


async def test_a_stranger_cannot_answer_the_questions(new: Home) -> None:
    async with new.verb("init", typed=TOKEN + "\n") as terminal:
        await claim(new, terminal)
        asked = await question(new, "1/5 · Language")
        new.telegram.say(99, "/start", user_id=99)
        new.telegram.tap(asked.message_id, asked.buttons["Indonesia"], user_id=99)
        await new.telegram.until(lambda: len(new.telegram.answers) > 0, 15.0)
    assert "SHARPSIGNAL_LOCALE" not in new.env


GROUP, CHANNEL = -1002, -1001


def let_in(new: Home, chat: int, by: int, was: str, now: str, **rights: bool) -> None:
    """Telegram's update about the bot's place in a group or channel."""
    me = {"id": new.telegram.bot_id, "is_bot": True, "first_name": "Sharp"}
    new.telegram.push(
        my_chat_member={
            "chat": new.telegram.places[chat],
            "from": {"id": by, "is_bot": False, "first_name": "Somebody"},
            "date": SystemClock().now_ms() // 1000,
            "old_chat_member": {**member(was, me), "can_post_messages": False},
            "new_chat_member": {**member(now, me), **rights},
        }
    )


async def test_a_group_and_a_channel_that_the_owner_adds_the_bot_to_get_signals_too(new: Home) -> None:
    new.telegram.places = {chat: {"id": chat, "type": "supergroup", "title": "Talk"} for chat in (GROUP, -1009)}
    new.telegram.places[CHANNEL] = {"id": CHANNEL, "type": "channel", "title": "Signals"}
    new.telegram.members = {
        GROUP: {"status": "member"},
        CHANNEL: {"status": "administrator", **ADMIN, "can_post_messages": True, "can_edit_messages": True},
    }
    new.telegram.channels.add(CHANNEL)
    async with new.verb("init", "--locale", "en", "--timezone", "UTC", "--pairs", "SOL-USDT-SWAP", typed=TOKEN) as it:
        await claim(new, it)
        await press(new, await question(new, "1/2 · How much is 1R"), "10 USDT")
        asked = await question(new, "2/2 · Where do signals go?")
        assert "Signals: this chat" in asked.text
        assert asked.buttons["➕ Group"] == "https://t.me/sharp_test_bot?startgroup=here&admin=pin_messages"
        assert asked.buttons["➕ Channel"].endswith("?startchannel&admin=post_messages+edit_messages")
        let_in(new, -1009, 99, "left", "member")
        let_in(new, GROUP, OWNER, "left", "member")
        new.telegram.say(GROUP, "/start@sharp_test_bot here", user_id=OWNER, language="en")
        await it.until(f"TELEGRAM_CHAT_IDS={GROUP}: signals go there, too")
        let_in(new, CHANNEL, OWNER, "left", "administrator", can_post_messages=False)
        await it.until(f"TELEGRAM_CHAT_IDS={GROUP},{CHANNEL}: signals go there, too")
        assert new.telegram.messages(CHANNEL) == [], "it may not post there yet"
        let_in(new, CHANNEL, OWNER, "administrator", "administrator", can_post_messages=True, can_edit_messages=True)
        await new.telegram.until(lambda: bool(new.telegram.messages(CHANNEL)), 15.0)
        await press(new, asked, "Continue")
        demo = await question(new, "DEMO: an example")
        assert "Signals: this chat + groups and channels (2)" in new.telegram.sent[asked.message_id].text
        await press(new, demo, "👍")
        assert await it.ended(90.0) == 0, it.said
    assert f"TELEGRAM_CHAT_IDS={GROUP},{CHANNEL}" in new.env.splitlines()
    assert [one.text for one in new.telegram.messages(GROUP)] == ["✅ Signals will appear here."]
    assert new.telegram.messages(-1009) == [], "a stranger may add the bot anywhere"
    assert f"chat {CHANNEL}" in it.said and "FAIL" not in it.said


async def test_the_owners_own_chat_gets_signals_beside_the_chats_that_were_added(new: Home) -> None:
    new.telegram.places = {GROUP: {"id": GROUP, "type": "supergroup", "title": "Talk"}}
    new.telegram.members = {GROUP: {"status": "member"}}
    async with new.verb("init", "--wait", "30", typed=TOKEN) as terminal:
        await claim(new, terminal)
        await question(new, "1/5 · Language")
        let_in(new, GROUP, OWNER, "left", "member")
        await terminal.until(f"TELEGRAM_CHAT_IDS={GROUP}")
        let_in(new, GROUP, OWNER, "member", "left")
        await terminal.until("TELEGRAM_CHAT_IDS kosong lagi")
        let_in(new, GROUP, OWNER, "left", "member")
        await terminal.until(f"(?s)TELEGRAM_CHAT_IDS={GROUP}.*kosong lagi.*TELEGRAM_CHAT_IDS={GROUP}")
    db = await Database.open(f"sqlite+aiosqlite:///{new.folder / 'data' / 'sharpsignal.db'}")
    async with db, db.write() as conn:
        await take_in(conn, [("telegram", str(GROUP))], frozenset(), 1)
        assert [one.address for one in await chats.active_chats(conn, "telegram")] == [str(GROUP), str(OWNER)]


async def test_an_owner_who_comes_when_chats_are_named_is_told_where_signals_go(new: Home) -> None:
    new.telegram.places = {GROUP: {"id": GROUP, "type": "supergroup", "title": "Talk"}}
    new.telegram.members = {GROUP: {"status": "member"}}
    given = ("--locale", "en", "--timezone", "UTC", "--pairs", "SOL-USDT-SWAP")
    async with new.verb("init", *given, typed=TOKEN, TELEGRAM_CHAT_IDS=f"{GROUP}:7") as terminal:
        await claim(new, terminal)
        await question(new, "Signals go to the chats in TELEGRAM_CHAT_IDS, not here.")
        await press(new, await question(new, "1/2 · How much is 1R"), "Not now")
        assert "Signals: groups and channels (1)" in (await question(new, "2/2 · Where")).text
