"""Downloads from an exchange on loopback: whole, resumed, in gaps, against refusals and full disks."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bot.errors import DataError, Fatal, Retryable, SettingsError
from storage.recordings import load_tape
from tests.download.venue import DAY, HOUR, NOW, STEP, A, B, fetch, files, fills, grid, request, venue
from tests.servers.okx import OkxServer, Row

HISTORY = "market/history-candles"


async def test_everything_that_the_exchange_has_lands_in_the_layout(tmp_path: Path) -> None:
    async with venue() as server:
        reports = await fetch(server, request(tmp_path))
        for pair, report in zip((A, B), reports):
            tape = load_tape(tmp_path / pair)
            bars = tape.candles
            assert np.array_equal(bars.ts, grid(3)), "closed bars only, each once"
            rows = [server.candles[pair, "5m"][ts] for ts in bars.ts.tolist()]
            for index, column in enumerate((bars.open, bars.high, bars.low, bars.close), 1):
                assert column.tolist() == [float(row[index]) for row in rows]
            assert bars.volume.tolist() == [float(row[6]) for row in rows], "in base units"
            assert bars.taker_buy is not None
            assert bars.taker_buy.tolist() == (bars.volume * 0.375).tolist()
            assert tape.open_interest is not None and tape.funding is not None
            assert tape.open_interest.ts[-1] == NOW // STEP * STEP, "stamped when it could be seen"
            assert len(tape.funding.ts) == 9 and set(tape.funding.rate.tolist()) == {0.0001}
            assert json.loads((tmp_path / pair / "instrument.json").read_text()) == next(
                one for one in server.instruments if one["instId"] == pair
            )
            assert report.files["candles_5m"] == {"rows": 864, "added": 864, "differing": 0}


async def test_the_same_again_changes_no_byte_and_asks_little(tmp_path: Path) -> None:
    async with venue() as server:
        await fetch(server, request(tmp_path))
        before, asked = files(tmp_path), server.asked.copy()
        reports = await fetch(server, request(tmp_path))
        assert files(tmp_path) == before
        assert server.asked[HISTORY] + server.asked["market/candles"] == asked[HISTORY] + asked["market/candles"]
        assert all(kept["added"] == 0 for report in reports for kept in report.files.values())


async def test_gaps_are_filled_and_what_is_there_stays(tmp_path: Path) -> None:
    async with venue() as server:
        await fetch(server, request(tmp_path))
        whole = pq.read_table(tmp_path / A / "candles_5m.parquet")
        kept = np.ones(864, dtype=bool)
        kept[[100, 101, 400, *range(700, 720), 863]] = False
        table = whole.filter(pa.array(kept))
        close = table["close"].to_numpy().copy()
        close[99] = table["low"][99].as_py()  # beside the first gap: it is fetched again and compared
        changed = table.set_column(table.column_names.index("close"), "close", pa.array(close))
        pq.write_table(changed, tmp_path / A / "candles_5m.parquet")
        report = (await fetch(server, request(tmp_path, pairs=(A,))))[0]
        now = pq.read_table(tmp_path / A / "candles_5m.parquet")
        assert now["ts"].to_pylist() == whole["ts"].to_pylist()
        assert now["close"][99].as_py() == close[99] and now.num_rows == 864
        assert now.slice(100) == whole.slice(100)
        assert report.files["candles_5m"] == {"rows": 864, "added": 24, "differing": 1}
        assert "1 in candles_5m differ from OKX's and were kept" in report.line()


async def test_a_longer_download_goes_further_back(tmp_path: Path) -> None:
    async with venue(6) as server:
        await fetch(server, request(tmp_path, 2, pairs=(A,)))
        await fetch(server, request(tmp_path, 6, pairs=(A,)))
        tape = load_tape(tmp_path / A)
        assert np.array_equal(tape.candles.ts, grid(6))
        taker = tape.candles.taker_buy
        assert taker is not None
        assert np.isnan(taker[: 6 * 288 - 1440]).all() and not np.isnan(taker[6 * 288 - 1440 :]).any()
        assert tape.open_interest is not None and len(tape.open_interest.ts) == 1440


async def test_taker_volume_that_contradicts_the_bar_is_unknown(tmp_path: Path) -> None:
    async with venue(1, (A,)) as server:
        rows: list[Row] = server.taker_volume[A]
        rows[7] = [rows[7][0], "1", "123456"]
        await fetch(server, request(tmp_path, 1, pairs=(A,)))
        taker = load_tape(tmp_path / A).candles.taker_buy
        assert taker is not None and np.flatnonzero(np.isnan(taker)).tolist() == [7]


async def test_a_contract_is_asked_for_from_its_listing_on(tmp_path: Path) -> None:
    async with venue(1, (A,)) as server:
        server.instruments[0]["listTime"] = str(NOW // STEP * STEP - DAY + 17)
        await fetch(server, request(tmp_path, 300, pairs=(A,)))
        assert np.array_equal(load_tape(tmp_path / A).candles.ts, grid(1)[1:])


async def test_all_pairs(tmp_path: Path) -> None:
    async with venue(1) as server:
        server.instruments[1]["state"] = "suspend"
        assert [report.pair for report in await fetch(server, request(tmp_path, 1, pairs=("*",)))] == [A]


async def test_an_unknown_pair_has_a_near_match_and_nothing_is_made(tmp_path: Path) -> None:
    async with venue(1) as server:
        with pytest.raises(SettingsError, match=r"--pairs AAB-USDT-SWAP: is not .*did you mean AAA-USDT-SWAP"):
            await fetch(server, request(tmp_path, pairs=("AAB-USDT-SWAP",)))
    assert list(tmp_path.iterdir()) == []


async def test_too_many_requests_are_asked_again(tmp_path: Path) -> None:
    limited: dict[str, object] = {"code": "50011", "msg": "Too Many Requests", "data": []}
    async with venue() as server:
        for path in (HISTORY, "rubik/stat/taker-volume-contract", "public/time"):
            server.failing_once[path] = [(429, limited), (200, limited), (429, "<html>Too Many Requests</html>")]
        await fetch(server, request(tmp_path))
        assert np.array_equal(load_tape(tmp_path / A).candles.ts, grid(3))


async def test_what_was_fetched_before_the_exchange_went_away_is_kept(tmp_path: Path) -> None:
    async with venue(14, (A,)) as server:
        server.max_rows = 100

        def away(path: str) -> None:
            if server.asked[HISTORY] == 25:
                server.failing[HISTORY] = (503, {"code": "50001", "msg": "Service temporarily unavailable"})

        server.before = away
        with pytest.raises(Retryable, match="OKX history-candles"):
            await fetch(server, request(tmp_path, 14, pairs=(A,)))
        kept = load_tape(tmp_path / A).candles.ts
        assert np.array_equal(kept, grid(14)[-3000:]), "the newest chunk"
        server.failing.clear()
        asked = server.asked[HISTORY]
        await fetch(server, request(tmp_path, 14, pairs=(A,)))
        assert server.asked[HISTORY] - asked <= (14 * 288 - 3000) / 100 + 1, "only the rest"
        assert np.array_equal(load_tape(tmp_path / A).candles.ts, grid(14))


async def test_a_refusal_of_okx_is_told(tmp_path: Path) -> None:
    async with venue(1, (A,)) as server:
        server.failing["public/funding-rate-history"] = (200, {"code": "51000", "msg": "Parameter error", "data": []})
        with pytest.raises(Fatal, match="funding-rate-history"):
            await fetch(server, request(tmp_path, 1, pairs=(A,)))
        assert len(load_tape(tmp_path / A).candles.ts) == 288


async def test_a_damaged_file_is_named_and_left_alone(tmp_path: Path) -> None:
    async with venue(1, (A,)) as server:
        (tmp_path / A).mkdir()
        damaged = tmp_path / A / "candles_5m.parquet"
        damaged.write_bytes(b"PAR1")
        with pytest.raises(DataError, match=r"candles_5m\.parquet: not a readable Parquet file.*; move the file away"):
            await fetch(server, request(tmp_path, 1, pairs=(A,)))
        assert damaged.read_bytes() == b"PAR1"


def _stored_fills(data: Path) -> list[tuple[int, float, float, str]]:
    table = pq.read_table(data / A / "trades.parquet")
    return list(zip(*(table[name].to_pylist() for name in ("ts", "price", "size", "side"))))


def _served_fills(server: OkxServer, start: int, end: int) -> list[tuple[int, float, float, str]]:
    rows = [(int(row["ts"]), float(row["px"]), float(row["sz"]) * 0.01, row["side"]) for row in server.trades[A]]
    return [row for row in rows if start <= row[0] < end]


async def test_trades_come_in_whole_hours_and_grow_at_both_ends(tmp_path: Path) -> None:
    hour = NOW // HOUR * HOUR
    async with venue(2, (A,)) as server:
        fills(server, A, NOW // HOUR * HOUR - 2 * DAY, NOW, 60_000)
        server.now_ms = NOW - DAY
        await fetch(server, request(tmp_path, 1, None, (A,)))
        assert _stored_fills(tmp_path) == _served_fills(server, hour - 2 * DAY + HOUR, hour - DAY)
        server.now_ms = NOW
        await fetch(server, request(tmp_path, 2, None, (A,)))
        assert _stored_fills(tmp_path) == _served_fills(server, hour - 2 * DAY + HOUR, hour)
        before = files(tmp_path)
        await fetch(server, request(tmp_path, 2, None, (A,)))
        assert files(tmp_path) == before
        assert load_tape(tmp_path / A).trades is not None


async def test_trades_that_would_take_hours_are_fetched_only_when_asked_for(tmp_path: Path) -> None:
    async with venue(2, (A,)) as server:
        fills(server, A, NOW - HOUR - 60_000, NOW, 100)
        (report,) = await fetch(server, request(tmp_path, 2, None, (A,)))
        assert "trades would take about 0.5 h more: --trades fetches them" in report.line()
        assert not (tmp_path / A / "trades.parquet").exists() and server.asked["market/history-trades"] == 1
        await fetch(server, request(tmp_path, 2, True, (A,)))
        hour = NOW // HOUR * HOUR
        assert _stored_fills(tmp_path) == _served_fills(server, hour - HOUR, hour)
