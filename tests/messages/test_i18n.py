"""The languages are equal, complete, and used whole."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor

from bot.i18n import LOCALES, MissingText, say, source

BOT = Path(__file__).resolve().parents[2] / "bot"
PAGE = BOT / "channels" / "web"
TALK = BOT / "commands"
HELP = TALK / "help.py"
NAMING = (PAGE / "page.py", HELP, TALK / "words.py", TALK / "registry.py")  # keys without a call around them
WRAPPERS = {BOT / "i18n.py", BOT / "messages" / "reader.py", TALK / "desk.py", HELP, PAGE / "page.py"}


class _Variables(Visitor):
    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:
        self.found.add(node.id.name)


def messages(locale: str) -> dict[str, set[str]]:
    entries = FluentParser(with_spans=False).parse(source(locale)).body
    found: dict[str, set[str]] = {}
    for entry in entries:
        assert not isinstance(entry, ftl.Junk), entry.content
        if isinstance(entry, ftl.Message):
            variables = _Variables()
            variables.visit(entry)
            assert entry.id.name not in found, f"{locale}: {entry.id.name} twice"
            found[entry.id.name] = variables.found
            found |= {f"{entry.id.name}.{attribute.id.name}": set() for attribute in entry.attributes}
    return found


def variants(locale: str) -> dict[str, list[str]]:
    class Names(Visitor):
        def __init__(self) -> None:
            self.found: list[str] = []

        def visit_Variant(self, node: ftl.Variant) -> None:
            self.found.append(node.key.name if isinstance(node.key, ftl.Identifier) else node.key.value)
            self.generic_visit(node)

    found = {}
    for entry in FluentParser(with_spans=False).parse(source(locale)).body:
        if isinstance(entry, ftl.Message):
            names = Names()
            names.visit(entry)
            found[entry.id.name] = sorted(names.found)
    return found


def used() -> Iterator[tuple[Path, str, set[str]]]:
    for path in sorted(BOT.rglob("*.py")):
        if path in WRAPPERS:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and (place := talks(node)) is not None:
                for key in literals(node.args[place], path):
                    yield path, key, {word.arg for word in node.keywords if word.arg}


def talks(node: ast.Call) -> int | None:
    """Where the key stands in a call that says something."""
    if isinstance(node.func, ast.Attribute):
        place = 0 if node.func.attr in ("html", "plain") and is_reader(node.func.value) else None
    else:
        place = 1 if getattr(node.func, "id", "") in ("reply", "toast") else None
    return place if place is not None and len(node.args) > place else None


def is_reader(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name in ("reader", "own", "self")


def literals(node: ast.expr, path: Path) -> list[str]:
    if isinstance(node, ast.IfExp):
        return literals(node.body, path) + literals(node.orelse, path)
    assert isinstance(node, ast.Constant) and isinstance(node.value, str), f"{path}:{node.lineno}: not a literal key"
    return [node.value]


def test_every_language_has_the_same_keys_and_variables() -> None:
    first = messages(LOCALES[0])
    assert first
    for locale in LOCALES[1:]:
        assert messages(locale) == first


def test_every_language_tells_the_same_cases_apart() -> None:
    plural = {"zero", "one", "two", "few", "many", "other"}
    first = {key: set(names) - plural for key, names in variants("id").items()}
    for locale in LOCALES[1:]:
        assert {key: set(names) - plural for key, names in variants(locale).items()} == first


def test_every_key_in_the_code_exists_with_exactly_its_variables() -> None:
    known = messages("id")
    for path, key, given in used():
        assert key in known, f"{path.name}: no text for {key}"
        assert given == known[key], f"{path.name}: {key} wants {sorted(known[key])}, not {sorted(given)}"


def test_every_text_is_used() -> None:
    spans = {"span-seconds", "span-minutes", "span-hours", "span-days", "pattern-clock", "pattern-day"}
    page = set(re.findall(r"\{\{(web-[a-z-]+)\}\}", (PAGE / "chat.html").read_text(encoding="utf-8")))
    scripts = [ast.parse(path.read_text(encoding="utf-8")) for path in NAMING]
    words = {str(node.value) for script in scripts for node in ast.walk(script) if isinstance(node, ast.Constant)}
    words |= {f"{word}.usage" for word in words} | {f"web-{word}" for word in words}
    shown = words & set(messages("id"))
    assert set(messages("id")) == {key for _, key, _ in used()} | spans | page | shown


@pytest.mark.parametrize("locale", LOCALES)
def test_a_missing_key_or_value_is_an_error(locale: str) -> None:
    with pytest.raises(MissingText, match="no text for nowhere"):
        say(locale, "nowhere")
    with pytest.raises(MissingText, match="signal-sl"):
        say(locale, "signal-sl")


@pytest.mark.parametrize("locale", LOCALES)
def test_no_sentence_promises_anything(locale: str) -> None:
    words = source(locale).lower()
    for hype in ("guarantee", "dijamin", "pasti untung", "pasti profit", "sure win", "🚀", "💰", "cuan"):
        assert hype not in words


def test_the_languages_are_the_files_that_are_there() -> None:
    folder = BOT.parent / "locales"
    assert set(LOCALES) == {path.stem for path in folder.glob("*.ftl") if "." not in path.stem}
    assert LOCALES[0] == "id"
    for locale in LOCALES:
        parts = sorted(folder.glob(f"{locale}.*.ftl"))
        texts = [path.read_text(encoding="utf-8") for path in (folder / f"{locale}.ftl", *parts)]
        assert source(locale) == "\n".join(texts)


def test_no_word_means_two_commands() -> None:
    meaning: dict[str, str] = {}
    for locale in LOCALES:
        for key in (key for key in messages(locale) if key.startswith("words-")):
            for word in say(locale, key).split(","):
                assert meaning.setdefault(word.strip(), key) == key, f"{locale}: {word.strip()}"


def test_a_new_language_is_one_file(tmp_path: Path) -> None:
    """A copy of the program with one more file knows the language everywhere it asks for one."""
    copied = tmp_path / "there"
    for room in ("bot", "engine", "storage", "locales"):
        shutil.copytree(BOT.parent / room, copied / room, ignore=shutil.ignore_patterns("__pycache__"))
    words = source("en").replace("language-name = English", "language-name = Deutsch")
    words = words.replace("pattern-clock = HH:mm", "pattern-clock = HH-mm").replace("= d MMM", "= d. MMM")
    (copied / "locales" / "de.ftl").write_text(words, encoding="utf-8")
    program = (
        "import bot.setting_shapes as s\nfrom zoneinfo import ZoneInfo\nfrom bot.channels.web.page import page\n"
        "from bot.commands.registry import MENU\nfrom bot.messages.menu import command_menu\n"
        "from bot.messages.reader import Reader\nfrom bot.i18n import LOCALES\n"
        "german = Reader('de', ZoneInfo('Europe/Berlin'))\n"
        "told = (german.percent(0.0035, 2), german.number('64120.50'), german.moment(1_796_000_000_000))\n"
        "assert told == ('0,35\\u00a0%', '64.120,50', '30. Nov. 01-53 CET'), told\n"
        "assert s.locale('de') == 'de' and set(command_menu(MENU)) == {*LOCALES, 'de'}\n"
        "print('Deutsch' in page(Reader('de', ZoneInfo('UTC')), simulated=True))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=copied, env={"PYTHONPATH": str(copied)}, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert (run.returncode, run.stdout.strip()) == (0, "True"), run.stderr
