"""The journal: what was appended comes back bit for bit, sealed or not, through kills, tears and full disks."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from engine.market.events import (
    Book,
    Candle,
    Delisted,
    Event,
    FeedLost,
    FillReported,
    Funding,
    Heartbeat,
    OpenInterest,
    Pause,
    PolicyTaken,
    Resume,
    Settle,
    Trades,
)
from storage.journal import NAME, Entry, Journal, has_journal, prune, read_journal, seal
from storage.journal_events import event_of, payload_of
from storage.store_lock import StoreTaken
from storage.tape import TapeError

A = "AAA-USDT-SWAP"
EVENTS: list[Event] = [
    Candle(A, "5m", 300_000, 0.1 + 0.2, 1e-9, 5e-324, 1.7976931348623157e308, 3.3, None),
    Candle(A, "1m", 60_000, 1.0, 2.0, 0.5, 1.5, 0.0, 0.1),
    Trades(A, [1, 2], [0.1, 1 / 3], [1e-8, 2.0], [1, -1]),
    Book(A, 7, 0.1, 0.2, 0.0, 1.0),
    OpenInterest(A, 8, 123456.789),
    Funding(A, 9, -0.00012345678901234567),
    Pause(10, None, "makan siang\t\n☕"),
    Pause(10, 20, ""),
    Resume(11),
    PolicyTaken(12, {"version": "x", "weights": {"smc": 0.1}}),
    FillReported(12, A, 7),
    FeedLost(13, A, "trades"),
    Delisted(14, A),
    Heartbeat(15),
    Settle(16),
]


def _write(data: Path, count: int, first: int = 0) -> None:
    with Journal(data) as journal:
        for number in range(first, first + count):
            journal.append(number, "settle", {"ts": number})


def _stamps(data: Path) -> list[int]:
    return [entry.recv_ts for entry in read_journal(data)]


@pytest.mark.parametrize("sealed", [False, True])
def test_every_event_comes_back_as_it_was(tmp_path: Path, sealed: bool) -> None:
    with Journal(tmp_path) as journal:
        for event in EVENTS:
            journal.append(5, event.kind, payload_of(event))
    if sealed:
        assert seal(tmp_path, whole=True) == 1
        assert pq.read_table(tmp_path / NAME).column_names == ["seq", "recv_ts", "kind", "payload_json"]
    entries = list(read_journal(tmp_path))
    assert [entry.seq for entry in entries] == list(range(1, len(EVENTS) + 1))
    found = [event_of(entry.kind, json.loads(entry.payload_json)) for entry in entries]
    assert found == EVENTS
    assert [repr(event) for event in found] == [repr(event) for event in EVENTS]


def test_a_payload_with_other_fields_is_refused_and_another_kind_is_none() -> None:
    with pytest.raises(ValueError, match="a settle has the fields ts"):
        event_of("settle", {"ts": 1, "pair": A})
    assert event_of("start", {}) is None


def test_it_goes_on_where_it_ended_and_numbers_without_a_hole(tmp_path: Path) -> None:
    sealed = []
    for number, whole in enumerate((False, True, False, False)):
        _write(tmp_path, 10, 10 * number)
        sealed.append(seal(tmp_path, whole=whole))
    assert sealed == [0, 2, 0, 1]
    assert _stamps(tmp_path) == list(range(40))
    assert [entry.seq for entry in read_journal(tmp_path)] == list(range(1, 41))


def test_a_torn_end_is_left_out_and_the_next_run_goes_on(tmp_path: Path) -> None:
    _write(tmp_path, 10)
    (log,) = (tmp_path / NAME).glob("*.log")
    whole = log.read_bytes()
    for tear in (whole[:-1], whole + b"11\t5\tsettle", whole + b"\0" * 50, whole + b"\0\n\n"):
        log.write_bytes(tear)
        kept = 9 if len(tear) < len(whole) else 10
        assert _stamps(tmp_path) == list(range(kept))
    _write(tmp_path, 5, 10)
    assert _stamps(tmp_path) == list(range(15))
    seal(tmp_path, whole=True)
    assert _stamps(tmp_path) == list(range(15))


def test_a_kill_between_a_part_and_the_end_of_its_log_doubles_nothing(tmp_path: Path) -> None:
    _write(tmp_path, 10)
    (log,) = (tmp_path / NAME).glob("*.log")
    content = log.read_bytes()
    seal(tmp_path, whole=True)
    log.write_bytes(content)
    assert _stamps(tmp_path) == list(range(10))
    _write(tmp_path, 5, 10)
    assert _stamps(tmp_path) == list(range(15))
    seal(tmp_path, whole=True)
    assert _stamps(tmp_path) == list(range(15))


def test_a_missing_part_and_a_broken_one_are_named(tmp_path: Path) -> None:
    for first in (0, 10, 20):
        _write(tmp_path, 10, first)
        seal(tmp_path, whole=True)
    parts = sorted((tmp_path / NAME).glob("*.parquet"))
    parts[1].rename(tmp_path / "elsewhere")
    with pytest.raises(TapeError, match="seq is 21, not 11: entries are missing"):
        _stamps(tmp_path)
    parts[1].write_bytes(b"PAR1 and then nothing")
    with pytest.raises(TapeError, match=r"000000000011-000000000020\.parquet: not a readable part"):
        _stamps(tmp_path)


def test_the_oldest_parts_go_first(tmp_path: Path) -> None:
    for first in (0, 10, 20):
        _write(tmp_path, 10, first)
        seal(tmp_path, whole=True)
    parts = sorted((tmp_path / NAME).glob("*.parquet"))
    os.utime(parts[0], (1000, 1000))
    assert prune(tmp_path, 2000, 1 << 30) == [parts[0].name]
    assert _stamps(tmp_path) == list(range(10, 30))
    assert prune(tmp_path, 0, parts[2].stat().st_size) == [parts[1].name]
    assert [entry.seq for entry in read_journal(tmp_path)] == list(range(21, 31))


def test_one_file_of_another_hand_is_read_too(tmp_path: Path) -> None:
    _write(tmp_path, 3)
    seal(tmp_path, whole=True)
    (part,) = (tmp_path / NAME).glob("*.parquet")
    other = tmp_path / "other"
    other.mkdir()
    part.rename(other / NAME)
    assert has_journal(other) and not has_journal(tmp_path)
    assert next(iter(read_journal(other))) == Entry(1, 0, "settle", '{"ts":0}')


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    with Journal(tmp_path), pytest.raises(StoreTaken), Journal(tmp_path):
        pass


WRITER = """
import sys
from pathlib import Path
from storage.journal import Journal
with Journal(Path(sys.argv[1])) as journal:
    for number in range(10**9):
        journal.append(number, "settle", {"ts": number})
        if number % 100 == 99:
            journal.flush()
            print(number, flush=True)
        if number % 5000 == 4999:
            journal.rotate()
"""


async def test_a_kill_loses_nothing_that_was_flushed(tmp_path: Path) -> None:
    told = -1
    for _ in range(3):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", WRITER, str(tmp_path)), stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        for _ in range(120):
            told = int(await process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        await process.communicate()
        seal(tmp_path)
        assert _stamps(tmp_path)[-1] >= told
        assert [entry.seq for entry in read_journal(tmp_path)] == list(range(1, len(_stamps(tmp_path)) + 1))


def test_a_full_disk_leaves_what_is_written(tmp_path: Path) -> None:
    def small() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    ran = subprocess.run(
        [sys.executable, "-B", "-c", WRITER, str(tmp_path)],
        preexec_fn=small,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1 and "OSError" in ran.stderr
    stamps = _stamps(tmp_path)
    assert stamps == list(range(len(stamps))) and len(stamps) > int(ran.stdout.split()[-1])
    _write(tmp_path, 5, len(stamps))
    assert len(_stamps(tmp_path)) == len(stamps) + 5
