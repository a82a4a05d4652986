"""Wrong use of the command line: exit code 2, one line that names the mend, never a traceback."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli import main
from bot.reader_gone import quiet_pipe
from tests.whole.process import SHARPSIGNAL

WRONG = [
    (["demo", "--hours", "-2"], "--hours: must be a number of at least 0, not -2"),
    (["demo", "--hours", "nan"], "--hours: must be a number of at least 0, not nan"),
    (["demo", "--edge", "-0.1"], "--edge: must be a number of at least 0"),
    (["demo", "--speed", "0"], "--speed: must be a number above 0, not 0"),
    (["demo", "--speed", "fast"], "--speed: must be a number above 0, not fast"),
    (["demo", "--seed", "-1"], "--seed: must be a whole number of at least 0, not -1"),
    (["stats", "--days", "0"], "--days: must be a whole number from 1 to 36500, not 0"),
    (["stats", "--days", "99999999999999999999"], "--days: must be a whole number from 1 to 36500"),
    (["export", "--table", "gold", "--format", "csv", "--out", "x"], "--table: invalid choice"),
    (["play"], "invalid choice: 'play'"),
    ([], "required: VERB"),
]
STORE_VERBS = [
    ["run"],
    ["train"],
    ["stats"],
    ["verify"],
    ["export", "--table", "signals", "--format", "csv", "--out", "x"],
]


@pytest.mark.parametrize(("words", "mend"), WRONG, ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_a_wrong_argument_is_named(words: list[str], mend: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert mend in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize("words", STORE_VERBS, ids=lambda words: words[0])
def test_a_database_that_cannot_be_used_yet_is_refused_without_its_password(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "postgresql+asyncpg://me:secret@localhost/signals")
    assert main(words) == 2
    said = capsys.readouterr()
    assert said.err.startswith("DATABASE_URL: must begin with sqlite+aiosqlite:///")
    assert "secret" not in said.err + said.out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", STORE_VERBS[2:], ids=lambda words: words[0])
def test_reading_a_store_that_is_not_there_says_so_and_makes_none(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("SHARPSIGNAL_DATA_DIR", "data")
    assert main(words) == 2
    assert "there is no label store at data/sharpsignal.db" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [*STORE_VERBS[2:], ["run"]], ids=lambda words: words[0])
def test_a_file_that_is_no_store_is_named(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("SHARPSIGNAL_DATA_DIR", ".")
    (tmp_path / "sharpsignal.db").write_text("no database " * 100, encoding="utf-8")
    assert main(words) == 2
    said = capsys.readouterr().err
    assert said.startswith("SHARPSIGNAL_DATA_DIR: the label store cannot be opened") and "not a database" in said


@pytest.mark.parametrize("folder", ["taken", "taken/deeper"])
def test_a_data_folder_that_cannot_be_made_is_named(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("SHARPSIGNAL_DATA_DIR", folder)
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    assert main(["run"]) == 2
    assert capsys.readouterr().err.startswith(f"SHARPSIGNAL_DATA_DIR: {folder} cannot be used (")


@pytest.mark.parametrize("words", [*STORE_VERBS[2:], ["run"]], ids=lambda words: words[0])
def test_the_database_of_another_program_is_left_as_it_is(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("SHARPSIGNAL_DATA_DIR", ".")
    with closing(sqlite3.connect("sharpsignal.db")) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    assert main(words) == 2
    assert "database of another program (it holds recipes)" in capsys.readouterr().err
    with closing(sqlite3.connect("sharpsignal.db")) as connection:
        assert connection.execute("SELECT name FROM sqlite_schema").fetchall() == [("recipes",)]


@pytest.mark.parametrize("words", [["templates"], ["doctor"], ["templates", "--json"]], ids=" ".join)
def test_a_reader_that_goes_away_ends_a_verb_without_a_word(words: list[str], tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    away = {"OKX_REST_URL": "http://127.0.0.1:9", "OKX_WS_URL": "ws://127.0.0.1:9"}
    env = {name: value for name, value in os.environ.items() if not name.startswith(("TELEGRAM_", "TWILIO_"))}
    try:
        ended = subprocess.run(
            [SHARPSIGNAL, *words], cwd=tmp_path, env={**env, **away}, stdout=write, stderr=subprocess.PIPE, timeout=60
        )
    finally:
        os.close(write)
    assert (ended.returncode, ended.stderr.decode()) == (141, "")


def test_a_broken_pipe_of_something_else_is_told() -> None:
    with pytest.raises(BrokenPipeError), quiet_pipe():
        raise BrokenPipeError("of a socket")
