"""How a recording ends: whole where it was told to, with words on a full disk; what is there is kept."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from bot.clock import SystemClock
from bot.recorder import Recorder
from engine.market.events import Settle
from storage.journal import read_journal
from tests.feeds.okx_reader import BTC, exchange, last_open, past
from tests.whole.process import SHARPSIGNAL

LIVE = """
import sys
from pathlib import Path
from bot.clock import SystemClock
from bot.recorder import Recorder
from engine.market.events import Settle
with Recorder(Path(sys.argv[1]), SystemClock()) as recorder:
    for number in range(100_000):
        recorder.note(Settle(number))
        recorder.flush()
    print("went on to", number, "after", recorder.broken)
"""


async def _small(tmp_path: Path, *words: str, **settings: str) -> tuple[int | None, str]:
    """Run a command that may write files of 50 KB at most (and no byte code, which would be cut off and kept)."""
    process = await asyncio.create_subprocess_exec(
        *("sh", "-c", 'ulimit -f 100; exec "$@"', "sh", *words),
        cwd=tmp_path,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return process.returncode, out.decode()


async def test_what_was_noted_last_is_kept_by_the_end(tmp_path: Path) -> None:
    """Nothing was flushed since: the log that is sealed at the end holds it all the same."""
    with Recorder(tmp_path, SystemClock()) as recorder:
        recorder.note(Settle(1))
        recorder.flush()
        recorder.note(Settle(2))
        await recorder.finish()
    assert [entry.payload_json for entry in read_journal(tmp_path)] == ['{"ts":1}', '{"ts":2}']
    assert not list(tmp_path.rglob("*.log"))


async def test_a_live_process_goes_on_without_its_recording(tmp_path: Path) -> None:
    code, said = await _small(tmp_path, sys.executable, "-c", LIVE, str(tmp_path / "recordings"))
    assert code == 0 and "went on to 99999 after [Errno 27]" in said and "Traceback" not in said
    assert said.count("recording ended, everything else goes on") == 1
    kept = [entry.payload_json for entry in read_journal(tmp_path / "recordings")]
    assert kept == [f'{{"ts":{number}}}' for number in range(len(kept))] and len(kept) > 1000


async def test_record_ends_with_words_and_keeps_what_is_there(tmp_path: Path) -> None:
    async with exchange(BTC) as server:
        past(server, BTC, last_open(), 2000)
        urls = {"OKX_REST_URL": server.rest_url, "OKX_WS_URL": server.ws_url}
        words = (SHARPSIGNAL, "record", "--data", "tape", "--pairs", BTC)
        code, said = await _small(tmp_path, *words, **urls)
        assert code == 1 and "--data tape: [Errno 27]" in said and "what was recorded is kept" in said, said
        assert "Traceback" not in said
        entries = list(read_journal(tmp_path / "tape"))
        assert entries[0].kind == "start" and len(entries) > 100


async def test_wrong_use_of_record_is_named(tmp_path: Path) -> None:
    async with exchange(BTC) as server:
        urls = {"OKX_REST_URL": server.rest_url, "OKX_WS_URL": server.ws_url}
        words = (SHARPSIGNAL, "record", "--data", "tape", "--pairs", "BTD-USDT-SWAP")
        code, said = await _small(tmp_path, *words, **urls)
        assert code == 2 and "did you mean BTC-USDT-SWAP?" in said and "Traceback" not in said


async def test_an_exchange_that_never_answered_is_no_recording(tmp_path: Path) -> None:
    """Nobody listens at the address that was given; the end says so."""
    urls = {"OKX_REST_URL": "http://127.0.0.1:9", "OKX_WS_URL": "ws://127.0.0.1:9", "PYTHONUNBUFFERED": "1"}
    process = await asyncio.create_subprocess_exec(
        *(SHARPSIGNAL, "record", "--data", "tape", "--pairs", BTC),
        cwd=tmp_path,
        env={**os.environ, **urls},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(60):
        begun = await process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        out, said = await process.communicate()
    assert begun.startswith(b"recording into tape") and b"recorded into" not in out
    assert process.returncode == 1 and b"nothing was recorded: the exchange did not answer" in said
