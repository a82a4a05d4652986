"""The files of a journal: every row once, whatever is told again, in bounded pieces."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from engine.market.events import Book, Candle, Event, Funding, OpenInterest, Pause, Settle, Trades
from storage.journal import Journal, seal
from storage.journal_events import payload_of
from storage.journal_tape import due, main, tell
from storage.recordings import load_tape
from tests.tapes import START, instrument

A, B = "AAA-USDT-SWAP", "BBB-USDT-SWAP"
STEP = 300_000


def _bar(pair: str, index: int, close: float = 100.5) -> Candle:
    return Candle(pair, "5m", START + index * STEP, 100.0, 101.0, 99.0, close, 5.0)


def _write(data: Path, events: list[Event], start: bool = True) -> None:
    with Journal(data) as journal:
        if start:
            journal.append(1, "start", {"instruments": [asdict(instrument(pair)) for pair in (A, B)]})
        for event in events:
            journal.append(1, event.kind, payload_of(event))


def _session(first: int, last: int) -> list[Event]:
    """A warm-up of bars from the beginning on, then live bars with trades and quotes."""
    events: list[Event] = [_bar(pair, index) for index in range(first) for pair in (A, B)]
    events += [Funding(A, START, 0.0001), OpenInterest(A, START + STEP, 10.0), Pause(START, None, "x")]
    for index in range(first, last):
        at = START + index * STEP
        ts = [at + 1, at + 1, at + 2]
        events += [Book(A, at + 3, 100.0, 100.1, 1.0, 2.0), Trades(A, ts, [1.0, 2.0, 3.0], [1.0, 1.0, 1.0], [1, -1, 1])]
        events += [_bar(A, index), _bar(B, index), Settle(at + STEP)]
    return events


@pytest.mark.parametrize("between", [False, True])
@pytest.mark.parametrize("most", [1, 7, 2_000_000])
def test_files_of_two_runs_hold_every_row_once(tmp_path: Path, most: int, between: bool) -> None:
    _write(tmp_path, _session(3, 6))
    assert not between or tell(tmp_path, most) > 0
    again = _session(5, 9)  # bar 5, its trades and its quote are told again
    _write(tmp_path, again)
    seal(tmp_path, whole=True)
    assert tell(tmp_path, most) == len(again) + 1 + (0 if between else len(_session(3, 6)) + 1)
    assert tell(tmp_path) == 0
    tape = load_tape(tmp_path / A)
    assert tape.candles.ts.tolist() == [START + index * STEP for index in range(9)] and tape.instrument == instrument(A)
    assert tape.trades is not None and tape.book is not None and tape.funding is not None
    wanted = [START + index * STEP + after for index in range(3, 9) for after in (1, 1, 2)]
    assert tape.trades.ts.tolist() == wanted
    assert tape.trades.price.tolist() == [1.0, 2.0, 3.0] * 6 and tape.trades.side.tolist() == [1, -1, 1] * 6
    assert tape.book.ts.tolist() == [START + index * STEP + 3 for index in range(3, 9)]
    assert np.array_equal(load_tape(tmp_path / B).candles.ts, tape.candles.ts)


def test_a_kill_before_the_mark_doubles_nothing(tmp_path: Path) -> None:
    _write(tmp_path, _session(0, 4))
    tell(tmp_path)
    before = load_tape(tmp_path / A)
    (tmp_path / ".journal-told").unlink()
    tell(tmp_path)
    after = load_tape(tmp_path / A)
    assert before.trades is not None and after.trades is not None
    assert np.array_equal(before.trades.ts, after.trades.ts) and np.array_equal(before.candles.ts, after.candles.ts)


def test_what_a_download_wrote_before_stays(tmp_path: Path) -> None:
    _write(tmp_path, [_bar(A, 0), _bar(A, 1)])
    tell(tmp_path)
    _write(tmp_path, [_bar(A, 1, 100.9), _bar(A, 2)], start=False)
    tell(tmp_path)
    assert load_tape(tmp_path / A).candles.close.tolist() == [100.5, 100.5, 100.5]


def test_the_files_are_brought_up_to_date_once_a_day_and_at_the_end(tmp_path: Path) -> None:
    _write(tmp_path, _session(0, 2))
    _write(tmp_path, [], start=False)
    assert due(tmp_path)
    main([str(tmp_path)])
    assert len(load_tape(tmp_path / A).candles.ts) == 2 and not due(tmp_path)
    _write(tmp_path, _session(2, 4))
    main([str(tmp_path)])
    assert len(load_tape(tmp_path / A).candles.ts) == 2
    main([str(tmp_path), "--whole"])
    assert len(load_tape(tmp_path / A).candles.ts) == 4
