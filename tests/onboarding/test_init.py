"""`sharpsignal init` as a new owner uses it: the real process, a strict Bot API server, and a stopwatch."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.onboarding.new_owner import OWNER, TOKEN, Home, Terminal, home
from tests.servers.telegram_api import Sent

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
        await press(new, await question(new, "1/4 · Language"), "Indonesia")
        await press(new, await question(new, "2/4 · Zona waktu"), "WITA (Makassar)")
        await press(new, await question(new, "3/4 · Pair yang dipantau?"), "BTC ETH")
        asked = await question(new, "4/4 · 1R kamu berapa?")
        await press(new, asked, "25 USDT")
        demo = await question(new, "DEMO: contoh")
        took = asyncio.get_running_loop().time() - started
        await press(new, demo, "👍")
        await new.telegram.until(lambda: "👍 1" in new.telegram.sent[demo.message_id].buttons, 15.0)
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
    assert "Beres" in asked.text or "Beres" in new.telegram.sent[asked.message_id].text
    assert "2 pairs are live on OKX" in terminal.said and "the bot has an owner" in terminal.said
    assert "FAIL" not in terminal.said
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
        await press(new, await question(new, "1/1 · How much is 1R"), "Not now")
        demo = await question(new, "DEMO: an example")
        await press(new, demo, "👎")
        assert await it.ended(90.0) == 0, it.said
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
        ("123456:AAE-some_other_token_of_nobody\n" * 3, "take it from @BotFather anew"),
        ("hello\n" * 3, "TELEGRAM_BOT_TOKEN: must look like 123456789:AAE"),
        ("", "@BotFather in Telegram gives a token (/newbot)"),
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
    assert "Telegram does not answer" in terminal.said and "TELEGRAM_API_BASE_URL" in terminal.said
    assert "Traceback" not in terminal.said and TOKEN not in terminal.said


async def test_a_bot_that_somebody_else_reads_is_named(new: Home) -> None:
    new.telegram.fail("getUpdates", 409, times=100)
    async with new.verb("init", "--wait", "20", typed=TOKEN + "\n") as terminal:
        await terminal.until("Another program reads this bot's updates: stop it")
        assert TOKEN not in terminal.said


async def test_nobody_comes_and_the_link_stays(new: Home) -> None:
    async with new.verb("init", "--wait", "1", typed=TOKEN + "\n") as terminal:
        assert await terminal.ended() == 1
    assert "The link stays good" in terminal.said and "nobody owns the bot yet" in terminal.said


async def test_a_stranger_cannot_answer_the_questions(new: Home) -> None:
    async with new.verb("init", typed=TOKEN + "\n") as terminal:
        await claim(new, terminal)
        asked = await question(new, "1/4 · Language")
        new.telegram.say(99, "/start", user_id=99)
        new.telegram.tap(asked.message_id, asked.buttons["Indonesia"], user_id=99)
        await new.telegram.until(lambda: len(new.telegram.answers) > 0, 15.0)
    assert "SHARPSIGNAL_LOCALE" not in new.env
