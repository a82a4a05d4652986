"""/why answers by pair and by number; /watch tells what waits; both also when there is nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.commands.conversation import FeedState, Status
from bot.commands.live import Now, Waiting
from engine.decision.candidate import judged
from engine.decision.evidence import Judged
from engine.params import Params
from storage import decisions
from tests.commands.talk import ANI, GROUP, NOW, OWNER, WHATSAPP, Talk, only
from tests.decision.rows import CONTRACT, setup_row
from tests.decision.test_evidence import CALM
from tests.storage.documents import decided

QUARTER = 900_000
JUDGED = Judged(judged(setup_row(), 1, CONTRACT, None, 0.5, Params()), CALM, None, Params())
CALM_NOW = Now(NOW, 0, 0.31, 0.12)
LINK, BTC = "LINK-USDT-SWAP", "BTC-USDT-SWAP"


def live(now: Now | None = CALM_NOW, lost: tuple[str, ...] = (), waiting: tuple[Waiting, ...] = ()) -> Status:
    feeds = (FeedState(LINK, NOW, lost, now), FeedState(BTC, None))
    return Status(NOW - 3_600_000, feeds, waiting=waiting, least=0.5)


async def keep(talk: Talk, side: int, ts: int, verdict: str = "refuse", signal_id: str | None = None) -> None:
    reasons = ("costs",) if verdict == "refuse" else ()
    made = replace(decided(1, verdict, ts=ts, reasons=reasons), pair=LINK, side=side, signal_id=signal_id)
    async with talk.db.write() as conn:
        await decisions.add(conn, replace(made, decision_id=f"d{side}{ts}", judged=JUDGED), policy_version="none")


@pytest.mark.parametrize("asked", ["LINK", "link/usdt", "LINK-USDT-SWAP"])
async def test_why_a_pair_tells_now_and_the_newest_of_each_side_newest_first(talk: Talk, asked: str) -> None:
    talk.status = live()
    await talk.configure()
    await keep(talk, 1, NOW - 2 * QUARTER)
    await keep(talk, -1, NOW)
    head, first, second = (sent.text for sent in (await talk.command(ANI, f"/why {asked}", GROUP)).messages)
    assert head.splitlines() == [
        "LINK/USDT sekarang (22:16 WIB): kesepakatan long 0,31, short 0,12",
        "Setup dinilai mulai 0,50, kalau ada level entry dalam jangkauan.",
    ]
    assert first.startswith("❓ LINK/USDT SHORT 15m") and second.startswith("❓ LINK/USDT LONG 15m")
    assert "🚫 Tidak terbit: biaya" in first


async def test_why_says_since_when_nothing_was_judged(talk: Talk) -> None:
    talk.status = live()
    await keep(talk, 1, NOW - 8 * QUARTER)
    head = (await talk.command(OWNER, "/why link")).messages[0].text
    assert "Setup terakhir yang dinilai: 30 Nov 20:16 WIB. Sejak itu belum ada lagi." in head


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (live(), "Belum ada setup LINK/USDT yang dinilai."),
        (live(Now(NOW, 40, 0.0, 0.0)), "Pemanasan: kurang 40 bar 15m"),
        (live(lost=("candle",)), "Candle sedang terputus"),
        (live(None), "LINK/USDT: belum ada data."),
    ],
)
async def test_why_nothing_was_judged_is_told(talk: Talk, status: Status, words: str) -> None:
    talk.status = status
    assert words in only(await talk.command(OWNER, "/why link")).text


async def test_why_a_number_tells_of_that_signal(talk: Talk) -> None:
    talk.status = live()
    await talk.publish(7, posts=(("telegram", GROUP, "9"),))
    assert "tidak tersimpan" in only(await talk.command(ANI, "/why 7", GROUP)).text
    await keep(talk, 1, NOW, "publish", "6f1c8b0e-0000-5000-8000-000000000007")
    assert "✅ Terbit sebagai #7" in only(await talk.command(ANI, "/why #7", GROUP)).text
    assert "✅ Terbit sebagai #7" in (await talk.command(ANI, "/why link", GROUP)).messages[1].text
    assert "Sinyal itu" in only(await talk.command(ANI, "/why 999999999999999999", GROUP)).text


async def test_why_without_or_with_a_wrong_pair_names_those_that_are_watched(talk: Talk) -> None:
    talk.status = live()
    picker = only(await talk.command(OWNER, "/why"))
    assert "/why LINK/USDT" in picker.text and picker.buttons[0][0].label == "LINK/USDT"
    text = only(await talk.command(OWNER, "/why <b>DOGE")).text
    assert "<b>DOGE tidak dipantau. Pair: LINK/USDT, BTC/USDT" in text


async def test_strangers_are_told_nothing(talk: Talk) -> None:
    talk.status = live()
    for command in ("/why link", "/watch"):
        assert "/start" in only(await talk.command(ANI, command)).text


async def test_watch_tells_what_is_missing_and_until_when(talk: Talk) -> None:
    talk.status = live()
    assert "Tidak ada setup yang menunggu" in only(await talk.command(OWNER, "/watch")).text
    late = Waiting(BTC, -1, "1h", NOW + 2 * QUARTER, (), "1.0", "2.0", "3.0")
    soon = Waiting(LINK, 1, "15m", NOW + QUARTER, ("structure", "reclaim"), "17.300", "17.360", "17.150")
    talk.status = live(waiting=(late, soon))
    assert only(await talk.command(OWNER, "/watch")).text.splitlines() == [
        "👀 Menunggu trigger 5m",
        "LINK/USDT LONG 15m s/d 22:31 WIB",
        "Entry 17,300 – 17,360 · SL 17,150",
        "Kurang: CHOCH, atau sweep lalu higher low (lower high), close balik melewati EMA50",
        "BTC/USDT SHORT 1h s/d 22:46 WIB",
        "Entry 1,0 – 2,0 · SL 3,0",
        "Semua bagian ada; ada hal lain yang menahan",
    ]


async def test_whatsapp_asks_why_in_words_unless_it_answers_a_note_prompt(talk: Talk) -> None:
    talk.status = live()
    here = WHATSAPP.user_id
    await talk.configure(here, "whatsapp")
    assert "LINK/USDT sekarang" in only(await talk.say(WHATSAPP, "Kenapa LINK?", here)).text
    await talk.publish(posts=(("whatsapp", here, "SM1"),))
    await talk.say(WHATSAPP, "4", here, reply_to="SM1")
    assert "tersimpan" in only(await talk.say(WHATSAPP, "why link so late", here)).text
