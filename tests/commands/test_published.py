"""/signals, /active and /last show what is stored; their buttons change the message in place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.commands.live import Price
from bot.messages.digest import digest_message
from bot.messages.width import PHONE, columns
from storage import outcomes, signals
from tests.commands.talk import ANI, GROUP, NOW, OWNER, Talk, only
from tests.messages.examples import LONDON, TS, outcome
from tests.messages.strict_html import words

PAIR = "LINK-USDT-SWAP"


async def close(talk: Talk, number: int, result: str, reason: str) -> None:
    async with talk.db.write() as conn:
        stored = await signals.get(conn, number)
        assert stored is not None
        document = outcome(result, reason, number=number, signal_id=stored.signal_id)
        document.pop("ledger")
        await outcomes.add(conn, document, closed_ms=NOW)


def narrow(text: str) -> bool:
    return all(columns(line) <= PHONE for line in text.splitlines())


async def test_signals_are_paged_in_place(talk: Talk) -> None:
    await talk.configure()
    for number in range(1, 20):
        await talk.publish(number)
    await close(talk, 19, "lose", "sl")
    page = only(await talk.command(ANI, "/signals", GROUP))
    assert page.text.count("#") == 8 and "#19 LINK/USDT LONG 15m\n🏁 Loss −1,08R" in page.text.replace("SL ", "Loss ")
    (older,) = page.buttons[0]
    second = (await talk.tap(ANI, older.data)).edit
    assert second is not None and "#11 " in second.text and "#12 " not in second.text
    newer, older = second.buttons[0]
    assert [button.label for button in (newer, older)] == ["‹ Lebih baru", "Lebih lama ›"]
    third = (await talk.tap(ANI, older.data)).edit
    assert third is not None and "#1 " in third.text and len(third.buttons[0]) == 1
    assert (await talk.tap(ANI, newer.data)).edit == page
    assert narrow(page.text) and words(page.html) == page.text


async def test_active_tells_r_at_the_newest_price(talk: Talk) -> None:
    await talk.configure()
    await talk.publish(1)
    await talk.publish(2)
    async with talk.db.write() as conn:
        stored = await signals.get(conn, 2)
        assert stored is not None
        await signals.add_progress(conn, stored.signal_id, "filled", NOW, 17.36, None)
    talk.status = replace(talk.status, prices={PAIR: Price(NOW, "17.570")})
    found = only(await talk.command(ANI, "/active", GROUP))
    assert found.text.splitlines()[2:] == [
        "#2 LINK/USDT LONG", "▶️ terisi · sisa 12 jam 0 mnt", "+1,00R di 17,570", "",
        "#1 LINK/USDT LONG", "⏳ tunggu · sisa 29 mnt", "Harga 17,570", "",
        "R sebelum biaya keluar.",
    ]  # fmt: skip
    talk.clock.advance(NOW + 300_000)
    again = (await talk.tap(ANI, found.buttons[0][0].data)).edit
    assert again is not None and "Harga 5 mnt lalu" in again.text and narrow(again.text)
    async with talk.db.write() as conn:  # who followed is out; what goes on is a calculation
        await signals.add_progress(conn, stored.signal_id, "exited", NOW + 1, 17.15, -1.08, "sl")
    for asked in ("/active", "/status"):
        assert "#2" not in only(await talk.command(ANI, asked, GROUP)).text
    assert "🏁 Loss −1,08R" in only(await talk.command(ANI, "/signals", GROUP)).text


async def test_active_without_prices_and_without_signals(talk: Talk) -> None:
    await talk.configure()
    assert "Tidak ada yang terbuka" in only(await talk.command(ANI, "/active", GROUP)).text
    await talk.publish(1)
    assert "Belum ada harga" in only(await talk.command(ANI, "/active", GROUP)).text


async def test_last_is_the_post_with_its_buttons(talk: Talk) -> None:
    await talk.configure()
    assert "Belum ada sinyal" in only(await talk.command(ANI, "/last", GROUP)).text
    await talk.publish(7)
    post = only(await talk.command(ANI, "/last", GROUP))
    assert "#7" in post.text and post.buttons[0][0].data == "1:f:7:up"
    assert only(await talk.command(ANI, "/last #7", GROUP)) == post
    assert "tidak ada" in only(await talk.command(ANI, "/last 99999999999999999999", GROUP)).text
    assert only(await talk.command(ANI, "/last abc", GROUP)).text.startswith("Tulis /last")


async def test_stats_windows_change_in_place(talk: Talk) -> None:
    await talk.configure()
    await talk.publish(1)
    await close(talk, 1, "win", "tp2")
    found = only(await talk.command(ANI, "/stats", GROUP))
    assert [button.label for button in found.buttons[0]] == ["7 hari", "30 hari", "90 hari", "• Semua"]
    week = (await talk.tap(ANI, found.buttons[0][0].data)).edit
    assert week is not None and "7 hari" in week.text and week.buttons[0][0].label == "• 7 hari"
    for told in (
        "Per sumber",
        "Per model setup",
        "Per sesi",
        "Per peluang win",
        "London+New York: 1 terisi, +1,37R",
    ):
        assert told in week.text
    assert "Rata-rata hold 3 jam 22 mnt" in week.text and "Bar ambigu 0,0%" in week.text


@pytest.mark.parametrize("data", ["1:s:7", "1:g:5", "1:o"])
async def test_strangers_turn_no_pages(talk: Talk, data: str) -> None:
    await talk.publish(1)
    answer = await talk.tap(ANI, data)
    assert answer.edit is None and answer.toast


@pytest.mark.parametrize("data", ["1:s:x", "1:s", "1:g:-1", "1:g:٣", "1:g", "1:s:7:7"])
async def test_forged_pages_are_refused(talk: Talk, data: str) -> None:
    answer = await talk.tap(OWNER, data, OWNER.user_id)
    assert answer.edit is None and answer.toast == "Tombol ini sudah tidak berlaku."


@pytest.mark.parametrize(("state", "words"), [("touched", "No fill"), ("missed", "Missed"), ("expired", "Expired")])
async def test_the_digest_names_an_entry_that_was_not_had_as_its_post_does(talk: Talk, state: str, words: str) -> None:
    await talk.publish(1)
    async with talk.db.write() as conn:
        stored = await signals.get(conn, 1)
        assert stored is not None
        await signals.add_progress(conn, stored.signal_id, state, NOW, 17.36, None)
        night = {"since": TS - 1, "until": NOW}
        told = await digest_message(conn, night, NOW, LONDON)
    assert told is not None and "LINK/USDT LONG" in told.text and words in told.text
