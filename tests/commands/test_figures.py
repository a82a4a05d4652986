"""/stats claims nothing while there is little to claim; /status says what stands and what does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.commands.stats import stats_message
from bot.messages.width import PHONE, columns
from engine.decision.heat import Cluster
from storage import outbox
from storage.stats import Stats
from tests.commands.talk import ANI, GROUP, NOW, OWNER, STATUS, Talk, only
from tests.messages.examples import LONDON, READERS, WIB
from tests.messages.strict_html import words
from tests.storage.scan import Followed, figures

DAY = 86_400_000


def stats(wins: int, losses: int, r: float = 1.5) -> Stats:
    won = [Followed("TRENDING", "long", "paper", "win", n * DAY, r, r + 0.1) for n in range(wins)]
    lost = [Followed("RANGING", "short", "paper", "lose", n * DAY, -1.05, -1.0) for n in range(losses)]
    rest = [Followed("QUIET", "long", "paper", kind) for kind in ("expire", "no-fill", "void", None)]
    return figures([*won, *lost, *rest])


def test_few_fills_come_with_a_warning_and_their_interval() -> None:
    text = stats_message(stats(6, 4), None, WIB).text
    assert "Sinyal 14 · masih terbuka 1" in text
    assert "Terisi 10: win 6, loss 4" in text
    assert "Expired, ketinggalan 1 (8%)\nTidak terisi 1 (8%)\nTidak dihitung 1\n" in text and text.count("Expired") == 1
    assert "Win rate 60% dari yang terisi" in text and "Expectancy +0,48R per posisi" in text
    assert "Rentang 90%: " in text and "⚠️ Baru 10 sinyal terisi" in text
    assert "TRENDING: 6 terisi, +1,50R" in text and "QUIET" not in text


def test_one_fill_has_no_interval_and_none_has_no_rate() -> None:
    assert "90% range: cannot be told yet" in stats_message(stats(1, 0), None, LONDON).text
    for days, reader, title in (
        ("1", LONDON, "of the last day"),
        ("2", LONDON, "of the last 2 days"),
        ("1", WIB, "1 hari terakhir"),
        (None, WIB, "sejak awal"),
    ):
        assert stats_message(stats(0, 0), days, reader).text.splitlines()[0].endswith(title)
    nothing = stats_message(stats(0, 0), None, LONDON).text
    assert "Win rate" not in nothing and "Expectancy" not in nothing and "No signal was filled yet" in nothing


def test_many_fills_that_prove_nothing_are_said_to() -> None:
    text = stats_message(stats(20, 25), None, LONDON).text
    assert "The range still holds zero: no proven edge." in text and "too few" not in text
    proven = stats_message(stats(40, 5), None, LONDON).text
    assert "no proven edge" not in proven and "too few" not in proven


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("found", [stats(0, 0), stats(1, 0), stats(3, 2), stats(50, 20), figures([])])
def test_every_summary_is_valid(found: Stats, reader: object) -> None:
    assert isinstance(reader, type(WIB))
    message = stats_message(found, "30", reader)
    assert words(message.html) == message.text


@pytest.mark.parametrize(
    ("args", "title"), [("", "sejak awal"), ("30", "30 hari"), ("7d", "7 hari"), ("7 hari", "7 hari")]
)
async def test_stats_counts_what_is_stored(talk: Talk, args: str, title: str) -> None:
    await talk.publish(posts=(("telegram", GROUP, "9"),))
    text = only(await talk.command(ANI, f"/stats {args}".strip(), GROUP)).text
    assert title in text.splitlines()[0] and "Sinyal 1 · masih terbuka 1" in text


async def test_stats_leaves_out_what_is_older(talk: Talk) -> None:
    await talk.publish(posts=(("telegram", GROUP, "9"),))
    talk.clock.advance(NOW + 8 * DAY)
    assert "Belum ada sinyal" in only(await talk.command(ANI, "/stats 7", GROUP)).text
    assert "Sinyal 1" in only(await talk.command(ANI, "/stats 9", GROUP)).text


@pytest.mark.parametrize("args", ["seminggu", "0", "-3", "99999", "7 8", "7h"])
async def test_days_that_make_no_sense_are_explained(talk: Talk, args: str) -> None:
    assert "/stats 30" in only(await talk.command(OWNER, f"/stats {args}")).text


async def test_status_tells_data_halts_signals_policy_and_queue(talk: Talk) -> None:
    talk.status = STATUS
    await talk.publish(posts=(("telegram", GROUP, "9"),))
    async with talk.db.write() as conn:
        await outbox.enqueue(
            conn,
            channel="telegram",
            address=GROUP,
            kind="notice",
            number=None,
            state="lifted",
            dedupe_key="n1",
            payload={},
            priority=3,
            at=NOW - 75_000,
        )
    assert only(await talk.command(OWNER, "/status")).text.splitlines() == [
        "🩺 Status 30 Nov 22:16 WIB",
        "Aktif 1 hari 1 jam",
        "",
        "LINK/USDT: data 2 dtk lalu",
        "BTC/USDT: data 1 mnt lalu, putus: trades",
        "",
        "⏸ Ditahan s/d 22:46 WIB: tiga SL beruntun",
        "Sinyal terbuka: 1",
        "#1423 LINK/USDT LONG: tunggu entry",
        "",
        "Policy: abababababab",
        "Antrean kirim: 1, tertua 1 mnt",
    ]


async def test_status_tells_what_is_open_together_and_how_closely_it_moves(talk: Talk) -> None:
    sol, btc = "SOL-USDT-SWAP", "BTC-USDT-SWAP"
    links = ((sol, btc, 0.834), (btc, "NEW-USDT-SWAP", None))
    heat = (Cluster(1, (sol, btc, "NEW-USDT-SWAP"), 3, links), Cluster(-1, (btc,), 1, ()))
    talk.status = replace(STATUS, heat=heat)
    told = only(await talk.command(OWNER, "/status")).text.splitlines()
    at = told.index("Risiko LONG 3R: SOL BTC NEW")
    assert told[at + 1 : at + 4] == [
        "· SOL – BTC +0,83",
        "· BTC – NEW belum tahu: satu",
        "Risiko SHORT 1R: BTC",
    ]
    assert all(columns(line) <= PHONE for line in told[at : at + 4])


async def test_status_of_a_fresh_start(talk: Talk) -> None:
    text = only(await talk.command(OWNER, "/status")).text
    assert "▶️ Sinyal baru boleh terbit" in text and "pakai bobot awal" in text and "Antrean kirim: kosong" in text
