"""`sharpsignal download` as a command: two commands from nothing to a report, kills, full disks, wrong use."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import numpy as np
import pytest

from storage.recordings import load_tape
from tests.download.venue import A, B, files, venue
from tests.servers.okx import OkxServer
from tests.whole.process import SHARPSIGNAL, Program, Ran


def _program(home: Path, server: OkxServer) -> Program:
    home.mkdir(exist_ok=True)
    return Program(home, {"OKX_REST_URL": server.rest_url, "OKX_WS_URL": server.ws_url})


async def _download(program: Program, *words: str, days: int = 3) -> Ran:
    return await program.verb("download", "--pairs", f"{A},{B}", "--days", str(days), "--data", "market", *words)


async def test_two_commands_lead_from_nothing_to_a_report(tmp_path: Path) -> None:
    async with venue() as server, _program(tmp_path / "home", server) as program:
        ran = await _download(program)
        assert ran.code == 0, ran
        assert "AAA-USDT-SWAP: candles_5m 864 rows (864 new)" in ran.out and "Traceback" not in ran.err
        replayed = await program.verb("replay", "--data", "market", "--out", "out", "--json")
        assert replayed.code == 0, replayed
        summary = json.loads(replayed.out)
        assert summary["bars"] == 2 * 864 and summary["pairs"] == [A, B]
        assert (program.home / "out" / "report.html").stat().st_size > 1000


async def test_json_tells_what_was_fetched(tmp_path: Path) -> None:
    async with venue(1) as server, _program(tmp_path / "home", server) as program:
        ran = await _download(program, "--json", days=1)
        found = json.loads(ran.out)
        assert [one["pair"] for one in found["pairs"]] == [A, B]
        assert found["pairs"][0]["files"]["candles_5m"] == {"rows": 288, "added": 288, "differing": 0}


async def test_killed_in_the_middle_it_goes_on_to_the_same_files(tmp_path: Path) -> None:
    async with venue(40) as server, _program(tmp_path / "whole", server) as program:
        assert (await _download(program, "--no-trades", days=40)).code == 0
        wanted = files(program.home / "market")
        asked = sum(server.asked.values())
        home = tmp_path / "killed"
        async with _program(home, server) as killed:
            words = ("download", "--pairs", f"{A},{B}", "--days", "40", "--data", "market", "--no-trades")
            environment = {**os.environ, "OKX_REST_URL": server.rest_url}
            for part in (0.3, 0.6, 0.9):
                server.asked.clear()
                process = await asyncio.create_subprocess_exec(SHARPSIGNAL, *words, cwd=home, env=environment)
                while sum(server.asked.values()) < part * asked / 2 and process.returncode is None:
                    await asyncio.sleep(0.01)
                if process.returncode is None:
                    process.kill()
                await process.wait()
                for folder in (home / "market").glob("*/candles_5m.parquet"):
                    assert len(load_tape(folder.parent).candles.ts) > 0, "never a damaged file"
            assert (await _download(killed, "--no-trades", days=40)).code == 0
        found = files(home / "market")
        assert {name for name in found if not name.endswith(".part")} == set(wanted)
        for pair in (A, B):
            one, other = load_tape(home / "market" / pair), load_tape(tmp_path / "whole" / "market" / pair)
            assert np.array_equal(one.candles.ts, other.candles.ts)
            assert one.candles.taker_buy is not None and other.candles.taker_buy is not None
            assert np.array_equal(one.candles.taker_buy, other.candles.taker_buy, equal_nan=True)


async def test_a_full_disk_is_told_and_what_is_there_is_whole(tmp_path: Path) -> None:
    async with venue() as server, _program(tmp_path, server):
        small = f"ulimit -f 20; exec {SHARPSIGNAL} download --pairs {A} --days 3 --data market --no-trades"
        process = await asyncio.create_subprocess_shell(
            small,
            cwd=tmp_path,
            env={**os.environ, "OKX_REST_URL": server.rest_url, "PYTHONDONTWRITEBYTECODE": "1"},
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await process.communicate()
        text = said.decode()
        assert process.returncode == 1 and "market: cannot be written (" in text and "Traceback" not in text
        assert not list((tmp_path / "market").rglob("*.part"))
        assert json.loads((tmp_path / "market" / A / "instrument.json").read_text())["instId"] == A


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (("--pairs", "AAB-USDT-SWAP", "--days", "1"), "did you mean AAA-USDT-SWAP?"),
        (("--pairs", "btc", "--days", "1"), "--pairs: must be OKX instIds like BTC-USDT-SWAP"),
        (("--pairs", A, "--days", "0"), "--days: must be a whole number from 1"),
    ],
)
async def test_wrong_use_is_named(tmp_path: Path, words: tuple[str, ...], mend: str) -> None:
    async with venue(1) as server, _program(tmp_path, server) as program:
        ran = await program.verb("download", *words, "--data", "market")
        assert ran.code == 2 and mend in ran.err and not (tmp_path / "market").exists()


async def test_without_a_network_it_says_so(tmp_path: Path) -> None:
    async with venue(1) as server, _program(tmp_path, server) as program:
        await server.stop()
        ran = await _download(program)
        assert ran.code == 1 and ran.err.splitlines()[-1].startswith("OKX time: "), ran
        assert ran.err.splitlines()[-1].endswith("is OKX_REST_URL right?"), ran
        assert "Traceback" not in ran.err
