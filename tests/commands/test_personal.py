"""A person's own: ledger, size, settings by buttons; and which pairs a chat is sent."""

from __future__ import annotations

import ast
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot.announce import Announcer
from bot.commands import registry
from bot.commands.live import FeedState
from bot.messages.size_card import size_card
from bot.messages.width import PHONE, columns
from engine.market.instrument import Instrument
from storage import outcomes, people, preferences, signals, takes, wanted
from storage.chats import active_chats, upsert_chat
from tests.commands.talk import ANI, BUDI, GROUP, NOW, OWNER, WHATSAPP, Talk, only
from tests.messages.examples import outcome, short, signal
from tests.messages.strict_html import words

LINK = Instrument("LINK-USDT-SWAP", 0.001, 3, lot=1.0, min_size=1.0, ct_val=1.0, ct_val_ccy="LINK")
FEEDS = (FeedState("LINK-USDT-SWAP", NOW), FeedState("BTC-USDT-SWAP", NOW), FeedState("ETH-USDT-SWAP", NOW))


@pytest.fixture
async def ready(talk: Talk) -> Talk:
    """Members, three pairs, and the contract of one."""
    talk.status = replace(talk.status, feeds=FEEDS, instruments={"LINK-USDT-SWAP": LINK})
    async with talk.db.write() as conn:
        for person in (ANI, BUDI, WHATSAPP):
            await people.set_person(conn, person.channel, person.user_id, role="member")
    await talk.configure()
    return talk


async def close(talk: Talk, number: int, result: str, reason: str) -> None:
    async with talk.db.write() as conn:
        stored = await signals.get(conn, number)
        assert stored is not None
        document = outcome(result, reason, number=number, signal_id=stored.signal_id)
        document.pop("ledger")
        await outcomes.add(conn, document, closed_ms=NOW)


# --- ledger


async def test_took_it_goes_into_ones_own_ledger(ready: Talk) -> None:
    for number in (1, 2, 3, 4):
        await ready.publish(number)
    post = only(await ready.command(ANI, "/last 2", GROUP))
    took = post.buttons[1][0]
    assert took.label == "✅ Ambil" and took.data == "1:t:2"
    answer = await ready.tap(ANI, took.data, event_id="x")
    assert "masuk ledger-mu" in answer.toast and answer.edit is None and answer.messages == ()
    assert (await ready.tap(ANI, took.data, event_id="x")).toast == answer.toast
    await ready.tap(ANI, "1:t:3")
    await ready.tap(ANI, "1:t:4")
    assert "keluar" in (await ready.tap(ANI, "1:t:4")).toast
    await close(ready, 2, "win", "tp2")
    await close(ready, 4, "lose", "sl")
    text = only(await ready.command(ANI, "/ledger")).text
    assert text.splitlines()[1:5] == ["Kamu ambil 1 dari 2", "Kamu +1,37R", "Channel +0,29R", "Masih terbuka: 1"]
    async with ready.db.write() as conn:  # who followed 3 is out, before the theoretical track is
        stored = await signals.get(conn, 3)
        assert stored is not None
        await signals.add_progress(conn, stored.signal_id, "filled", NOW, 17.36, None)
        await signals.add_progress(conn, stored.signal_id, "exited", NOW, 17.15, -1.0, "sl")
    text = only(await ready.command(ANI, "/ledger")).text
    assert text.splitlines()[1:4] == ["Kamu ambil 2 dari 3", "Kamu +0,37R", "Channel −0,71R"]
    assert "Belum ada" in only(await ready.command(BUDI, "/ledger")).text
    assert "chat pribadi" in only(await ready.command(ANI, "/ledger", GROUP)).text


async def test_an_own_price_is_counted_as_slippage(ready: Talk) -> None:
    await ready.publish(5)
    assert "di 17,381" in only(await ready.command(ANI, "/ledger 5 17.381")).text
    await close(ready, 5, "win", "tp2")
    async with ready.db.read() as conn:
        book = await takes.book(conn, "telegram", ANI.user_id)
    assert book.slippage_r == pytest.approx(-0.1) and book.r == pytest.approx(1.27)
    assert "Slippage entry −0,10R" in only(await ready.command(ANI, "/ledger")).text
    assert "di 17,381" in only(await ready.command(ANI, "/ledger 5 17,381")).text, "as the post shows prices"
    assert "/ledger 12 64210" in only(await ready.command(ANI, "/ledger 5 17381")).text, "no price of this signal"


@pytest.mark.parametrize("args", ["x", "0", "5 -1", "5 0", "5 1 2", "9999999999 1"])
async def test_entries_that_make_no_sense_change_nothing(ready: Talk, args: str) -> None:
    await ready.publish(5)
    assert "/ledger 12 64210" in only(await ready.command(ANI, f"/ledger {args}")).text
    assert (await ready.tap(ANI, f"1:t:{args.split()[0]}")).toast


# --- size


async def test_the_size_card_needs_a_risk_and_has_a_number_to_copy(ready: Talk) -> None:
    await ready.publish(7)
    assert "/risk 25" in only(await ready.command(ANI, "/size 7")).text
    assert only(await ready.command(ANI, "/size abc")).text == "Tulis /size, atau /size 1423 untuk sinyal lain."
    await ready.command(ANI, "/risk 25,50")
    card = only(await ready.command(ANI, "/size"))
    assert "1R = 25,5 USDT" in card.text and "Kontrak 121" in card.text and "Koin 121 LINK" in card.text
    assert card.buttons[0][0].copy == "121" and "maksimal 20x" in card.text and "PAPER" in card.text
    seen = await ready.tap(ANI, "1:z:7")
    assert "121 kontrak, maks 20x" in seen.toast and seen.messages == () and len(seen.toast) <= 200
    assert only(await ready.tap(ANI, "1:z:7", ANI.user_id)) == card
    assert "chat pribadi" in only(await ready.command(ANI, "/size 7", GROUP)).text
    assert words(card.html) == card.text


async def test_the_size_card_of_a_signal_that_is_over_says_so_and_offers_nothing_to_copy(ready: Talk) -> None:
    await ready.publish(7)
    await ready.command(ANI, "/risk 25,50")
    async with ready.db.write() as conn:
        stored = await signals.get(conn, 7)
        assert stored is not None
        await signals.add_progress(conn, stored.signal_id, "filled", NOW, 17.36, None)
        await signals.add_progress(conn, stored.signal_id, "exited", NOW, 17.15, -1.0, "sl")
    card = only(await ready.command(ANI, "/size 7"))
    assert "sudah berakhir" in card.text and "Kontrak 121" in card.text and card.buttons == ()


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("stop", ["16.150", "12.000", "17.290"])
def test_liquidation_lies_beyond_the_stop_and_the_loss_is_at_most_one_r(turned: bool, stop: str) -> None:
    document = signal()
    document["orders"]["sl"] = stop
    if turned:
        document = short(document)
        document["orders"]["sl"] = str(Decimal("34.660") - Decimal(stop))
    card = size_card(document, LINK, Decimal(100))
    entry, sl = Decimal(document["orders"]["entry"][0 if turned else 1]), Decimal(document["orders"]["sl"])
    assert card.contracts * abs(entry - sl) <= 100 < (card.contracts + 1) * abs(entry - sl)
    assert card.leverage is not None and card.liquidation is not None and 1 <= card.leverage <= 20
    assert (card.liquidation > sl) if turned else (card.liquidation < sl)


async def test_one_r_below_the_smallest_order_says_what_it_takes(ready: Talk) -> None:
    await ready.publish(7)
    await ready.command(ANI, "/risk 0.1")
    assert "paling sedikit 0,21 USDT" in only(await ready.command(ANI, "/size 7")).text


# --- settings


async def test_settings_are_chosen_by_buttons_in_one_message(ready: Talk) -> None:
    menu = only(await ready.command(ANI, "/settings"))
    assert [button.data for row in menu.buttons for button in row] == [
        "1:e:lang", "1:e:zone", "1:e:quiet", "1:e:pairs", "1:e:risk",
    ]  # fmt: skip
    for data in ("1:e:quiet:2200-0600", "1:e:risk:25", "1:e:zone:Asia/Makassar", "1:e:pairs:BTC-USDT-SWAP"):
        answer = await ready.tap(ANI, data, ANI.user_id)
        assert (
            answer.toast == "✅ Disimpan." and answer.edit is not None and words(answer.edit.html) == answer.edit.text
        )
        chosen = [button.data for row in answer.edit.buttons for button in row if button.label.startswith("• ")]
        assert chosen == [data]
    english = (await ready.tap(ANI, "1:e:lang:en", ANI.user_id)).edit
    assert english is not None and english.buttons[-1][0].label == "‹ Settings"
    back = (await ready.tap(ANI, "1:e:menu", ANI.user_id)).edit
    assert back is not None and back.text.splitlines() == [
        "⚙️ Your settings", "Language: English", "Zone: Asia/Makassar, 23:16 WITA", "Quiet: 22:00-06:00", "Pairs: 1",
        "1R: 25 USDT",
    ]  # fmt: skip
    assert all(columns(line) <= PHONE for line in back.text.splitlines())


async def test_in_a_group_only_admins_choose(ready: Talk) -> None:
    for data in ("1:e:quiet:2200-0600", "1:e:pairs:BTC-USDT-SWAP", "1:e:lang:en", "1:e:zone:UTC"):
        answer = await ready.tap(ANI, data)
        assert answer.edit is None and "admin" in answer.toast
        assert (await ready.tap(OWNER, data)).edit is not None
    for line in ("/quiet off", "/pairs all"):
        assert "admin" in only(await ready.command(ANI, line, GROUP)).text
    async with ready.db.read() as conn:
        kept = await preferences.of(conn, "chat", "telegram", GROUP)
    assert kept == {"pairs": "BTC-USDT-SWAP", "quiet": "22:00-06:00"}
    assert (await ready.tap(ANI, "1:e:risk")).edit is None


@pytest.mark.parametrize(
    "data", ["1:e:quiet:9999-0000", "1:e:risk:-5", "1:e:zone:Mars", "1:e:pairs:DOGE", "1:e:lang:xx", "1:e:x", "1:e"]
)
async def test_forged_choices_are_refused(ready: Talk, data: str) -> None:
    answer = await ready.tap(OWNER, data, OWNER.user_id)
    assert answer.edit is None and answer.toast == "Tombol ini sudah tidak berlaku."


@pytest.mark.parametrize("line", ["/quiet malam", "/risk banyak", "/pairs DOGE", "/quiet 7-7"])
async def test_choices_that_make_no_sense_are_explained(ready: Talk, line: str) -> None:
    text = only(await ready.command(ANI, line)).text
    assert line.split()[0] in text or "LINK/USDT" in text


async def test_why_and_watch_are_asked_by_buttons(ready: Talk) -> None:
    picker = only(await ready.command(ANI, "/why", GROUP))
    assert [button.label for button in picker.buttons[0]] == ["LINK/USDT", "BTC/USDT", "ETH/USDT"]
    assert "BTC/USDT" in (await ready.tap(ANI, picker.buttons[0][1].data)).messages[0].text
    assert (await ready.tap(ANI, "1:q:DOGE")).toast
    assert "Tidak ada setup" in only(await ready.command(ANI, "/watch", GROUP)).text


def test_no_two_kinds_of_buttons_share_a_namespace() -> None:
    """A name that stands twice would silently be the later one's."""
    source = ast.parse(Path(registry.__file__).read_text(encoding="utf-8"))
    written = next(
        node.value for node in source.body if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "TAPS"
    )
    assert isinstance(written, ast.Dict) and len(written.keys) == len(registry.TAPS)


# --- which chats are sent what


async def test_a_chat_is_sent_the_pairs_it_wants_and_what_it_was_sent_to_its_end(ready: Talk) -> None:
    await ready.publish(9, posts=(("telegram", GROUP, "9"),))
    async with ready.db.write() as conn:
        await upsert_chat(conn, "telegram", ANI.user_id, active=True)
        await upsert_chat(conn, "telegram", BUDI.user_id, active=True)
    assert "1 dari 3" in only(await ready.command(ANI, "/pairs btc")).text
    await ready.command(OWNER, "/pairs ETH", GROUP)
    async with ready.db.write() as conn:
        every = await active_chats(conn)
        sent = [chat.address for chat in await wanted.wanting(conn, every, "LINK-USDT-SWAP")]
        told = [chat.address for chat in await wanted.following(conn, every, 9)]
        await Announcer([], lambda: NOW).moved(conn, 9, "filled", NOW)
    assert sent == [BUDI.user_id] and told == [GROUP, BUDI.user_id]
    await ready.command(ANI, "/pairs semua")
    async with ready.db.read() as conn:
        assert ANI.user_id in [chat.address for chat in await wanted.wanting(conn, every, "LINK-USDT-SWAP")]
