"""`explain` and `replay --signal` over a store that the live path filled."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.announce import Announcer
from bot.cli import main
from bot.clock import TapeClock
from bot.commands.conversation import ConversationConfig
from bot.feeds.simulated_market import SimulatedMarket
from bot.feeds.simulated_tape import tape
from bot.metrics import Metrics
from bot.pipeline import Desk, Pipeline
from bot.ports import Person
from engine.market.events import Settle
from storage.database import Database
from tests.commands.talk import ANI, NOW, OWNER, Talk, only
from tests.engine.runs import engine_of, feed_over

PAIRS = ("SOL-USDT-SWAP", "XRP-USDT-SWAP")
ZONE = "Asia/Jakarta"


async def _fill(market: Path, url: str) -> None:
    feed = feed_over(market)
    engine = engine_of(feed)
    async with await Database.open(url) as db:
        announcer = Announcer([], lambda: 0)
        pipeline = Pipeline(engine, db, announcer, Metrics(), Desk(ZoneInfo(ZONE), ZONE, True), lambda _: None)
        for event in feed.iterate():
            await pipeline.take(event)
            if engine.stream.number > 3 and isinstance(event, Settle):
                return


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store with three signals and what was refused before them."""
    folder = tmp_path_factory.mktemp("verbs")
    tape(folder / "market", SimulatedMarket(11, PAIRS, 2.0), 16, without=frozenset({"trades"}))
    (folder / "data").mkdir()
    asyncio.run(_fill(folder / "market", f"sqlite+aiosqlite:///{folder}/data/sharpsignal.db"))
    return folder


@pytest.fixture
def store(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it that a test may damage; the verbs read it."""
    copy = tmp_path / "sharpsignal.db"
    with closing(sqlite3.connect(filled / "data" / "sharpsignal.db")) as source, closing(sqlite3.connect(copy)) as to:
        source.backup(to)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for name, value in {"DATA_DIR": str(tmp_path), "LOCALE": "en", "TIMEZONE": "UTC"}.items():
        monkeypatch.setenv(f"SHARPSIGNAL_{name}", value)
    return copy


def test_stats_are_a_table_in_words_and_json_for_scripts(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("📊 Results since the start\n\nSignals ") and "by_regime" not in told and "{" not in told
    assert main(["stats", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["signals"] == 3 and document["by_mode"]["paper"]["signals"] == 3
    assert re.search(r"(?m)^Signals +3$", told) and re.search(r"(?m)^  PAPER +3 ", told)
    assert main(["stats", "--days", "1"]) == 0
    assert capsys.readouterr().out.splitlines() == ["📊 Results of the last day", "No signals yet."]


def _one(store: Path, query: str) -> str:
    with closing(sqlite3.connect(store)) as plain:
        return str(plain.execute(query).fetchone()[0])


def _change(store: Path, statement: str, *values: str) -> None:
    with closing(sqlite3.connect(store)) as plain, plain:
        plain.execute(statement, values)


@pytest.mark.parametrize("number", ["1", "2", "3"])
def test_a_stored_signal_is_made_again_byte_for_byte(
    store: Path, number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", "--signal", number]) == 0
    assert f"signal {number}: made again from what was stored, equal byte for byte" in capsys.readouterr().out
    uuid = _one(store, f"SELECT signal_id FROM signals WHERE number = {number}")
    assert main(["replay", "--signal", uuid, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"number": int(number), "equal": True, "differences": {}}


def test_a_reading_that_was_changed_is_found_and_named(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    basis = json.loads(_one(store, "SELECT document FROM bases ORDER BY rowid LIMIT 1"))
    basis["pulse"]["price"] *= 1.01
    signal_id = _one(store, "SELECT signal_id FROM bases ORDER BY rowid LIMIT 1")
    _change(store, "UPDATE bases SET document = ? WHERE signal_id = ?", json.dumps(basis), signal_id)
    assert main(["replay", "--signal", "1"]) == 1
    said = capsys.readouterr().out
    assert "made again, it is another" in said and "\n  market: " in said and "\n  ledger: " in said


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM bases", "signal 1 was stored without what it was made of"),
        (
            "UPDATE bases SET document = json_set(document, '$.policy_version', 'gone')",
            "signal 1 was judged with policy gone, which is not here",
        ),
    ],
)
def test_what_cannot_be_made_again_is_said(
    store: Path, statement: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _change(store, statement)
    assert main(["replay", "--signal", "1"]) == 1
    assert words in capsys.readouterr().err


async def _in_chat(store: Path, *lines: str, who: Person = OWNER) -> list[str]:
    async with await Database.open(f"sqlite+aiosqlite:///{store}") as db:
        talk = Talk(db, TapeClock(NOW), config=ConversationConfig(owner_ids=frozenset({("telegram", OWNER.user_id)})))
        return [only(await talk.command(who, line)).text for line in lines]


async def test_the_chat_makes_it_again_for_those_who_run_the_bot(store: Path) -> None:
    said = await _in_chat(store, "/lang en", "/replay 1", "/replay", "/replay #99", "/replay " + "9" * 25, "/replay x")
    assert said[1:3] == [f"✅ #{n} was made again from what was kept with it: equal, byte for byte." for n in (1, 3)]
    assert said[3:5] == ["We have no record of that signal."] * 2
    assert said[5] == "Write /replay, or /replay 1423 for another signal."
    assert "#1" not in (await _in_chat(store, "/replay 1", who=ANI))[0]


async def test_the_chat_tells_what_is_another_and_what_cannot_be_made(store: Path) -> None:
    _change(store, "UPDATE bases SET document = json_set(document, '$.pulse.price', 9.5)")
    (_, said) = await _in_chat(store, "/lang en", "/replay 1")
    assert said.startswith("⚠️ #1 was made again and is another. What differs: market")
    _change(store, "UPDATE bases SET document = json_set(document, '$.policy_version', 'gone')")
    assert await _in_chat(store, "/replay 1") == ["#1 cannot be made again: the model that judged it is not here."]
    _change(store, "DELETE FROM bases")
    assert await _in_chat(store, "/replay 1") == ["#1 cannot be made again: what it was made of is not kept."]


def test_a_signal_is_explained_by_number_and_by_uuid(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "1"]) == 0
    said = capsys.readouterr().out
    assert "✅ Published as #1" in said and "Agreement of the layers" in said and "known since" in said
    assert main(["explain", _one(store, "SELECT signal_id FROM signals WHERE number = 1")]) == 0
    assert capsys.readouterr().out == said


def test_a_refused_setup_is_explained_by_its_decision(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ident = _one(store, "SELECT decision_id FROM decisions WHERE verdict = 'refuse' AND plan IS NOT NULL")
    assert main(["explain", ident]) == 0
    assert "🚫 Not published" in capsys.readouterr().out
    assert main(["explain", ident, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["decision_id"], told["number"], told["verdict"]) == (ident, None, "refuse")
    assert told["side"] in ("long", "short") and len(told["evidence"]["layers"]) == 8


@pytest.mark.parametrize("words", [["explain", "99"], ["explain", "no-such-id"], ["replay", "--signal", "99"]])
def test_what_is_not_in_the_store_is_said_with_exit_code_1(
    store: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 1
    assert f"{words[-1]} in this store" in capsys.readouterr().err


def test_a_signal_without_its_decision_says_so(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _change(store, "DELETE FROM decisions")
    assert main(["explain", "1"]) == 1
    assert "signal 1 is stored, but not the decision behind it" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (["replay"], "--data DIR and --out OUT are needed"),
        (["replay", "--data", "x"], "--data DIR and --out OUT are needed"),
        (["replay", "--signal", "1", "--out", "y"], "leave --data and --out away"),
    ],
)
def test_a_replay_is_of_a_tape_or_of_a_signal(
    store: Path, words: list[str], mend: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert mend in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_named(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (store.parent / "folder").mkdir()
    export = ["export", "--table", "signals", "--format", "jsonl", "--out"]
    assert main([*export, "folder"]) == 2
    assert capsys.readouterr().err.startswith("--out: folder cannot be written (")
    assert main([*export, str(store / "below.jsonl")]) == 2
    assert capsys.readouterr().err.startswith(f"--out: {store}/below.jsonl cannot be written (")
    assert not list(store.parent.glob("*.part"))


def test_a_number_that_no_signal_has_is_told_without_a_line(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "99"]) == 1
    assert capsys.readouterr().out == "signals: there is no signal 99\n"
