"""The documents are held to the code: verbs, metrics, reasons, layers, keys, numbers, links, and every snippet runs."""

from __future__ import annotations

import argparse
import configparser
import dataclasses
import json
import re
import signal as signals
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from bot.cli import _parser
from bot.commands.registry import BY_NAME
from bot.feeds.okx import OkxOptions
from bot.feeds.okx_watch import OkxTiming
from bot.feeds.replay import ReplayFeed
from bot.inbox import FRESH_MS
from bot.metrics import Metrics
from bot.reader_gone import SIGPIPE
from bot.replay.figures import Summary
from bot.replay.writer import NAMES, ReplayWriter
from engine.decision.closes import RETURNS
from engine.decision.guardrails import ORDER
from engine.decision.heat import TRUSTED
from engine.decision.signal import EXPIRY_MINUTES, LIMIT_MINUTES
from engine.decision.stream import Rules
from engine.decision.track_rules import ENDS, LATENCY_MS, MISSING_BARS
from engine.layers import LAYERS
from engine.learning.evaluation import FEW_DAYS, FEW_LABELS, Reason
from engine.market.regime import NAMES as REGIMES
from engine.params import Params
from engine.readings import PRIOR_WEIGHTS
from engine.sharp_signal_engine import SharpSignalEngine
from storage.recordings import BASE_TIMEFRAMES, STREAM_FILES
from storage.retention import RAW_DAYS, REPORT_DAYS
from tests.conftest import ROOT
from tests.storage.documents import outcome, signal

DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
HEADINGS = ["Context", "Decision", "Consequences", "Alternatives"]


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def section(name: str, heading: str) -> str:
    """What stands under a heading, up to the next one of its rank."""
    found = re.search(rf"^(#+) {re.escape(heading)}$\n(.*?)(?=^#{{1,2}} |\Z)", text_of(name), re.MULTILINE | re.DOTALL)
    assert found is not None, f"{name} has no heading {heading!r}"
    return found[2]


def rows(text: str) -> list[list[str]]:
    """The cells of every table row but the heads."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def snippets(name: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", text_of(name), re.MULTILINE | re.DOTALL)


def verbs() -> dict[str, argparse.ArgumentParser]:
    found = next(a for a in _parser()._actions if isinstance(a, argparse._SubParsersAction))
    return dict(found.choices)


def slug(heading: str) -> str:
    """The anchor that a heading gets on a page."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


# --- the command line


def test_the_readme_has_a_row_for_every_verb_and_no_other() -> None:
    named = re.findall(r"^\| `sharpsignal ([\w-]+)` \|", text_of("README.md"), re.MULTILINE)
    assert named == list(verbs())


def test_verbs_named_as_not_built_are_not_there() -> None:
    sentence = re.search(r"\*\*Not built yet\*\*:(.*?)\n\n", text_of("README.md") + "\n", re.DOTALL)
    assert sentence is not None
    missing = re.findall(r"`(\w+)`", sentence[1])
    assert missing and not set(missing) & set(verbs())


@pytest.mark.parametrize("name", list(verbs()))
def test_every_verb_says_what_it_does_and_what_each_option_means(name: str) -> None:
    parser = verbs()[name]
    assert parser.description and len(parser.description) > 40
    assert [action.dest for action in parser._actions if not action.help] == []
    assert parser.format_help()


def test_options_in_the_documents_exist() -> None:
    known = {option for parser in verbs().values() for action in parser._actions for option in action.option_strings}
    for page in PAGES:
        for span in re.findall(r"`([^`\n]*)`", page.read_text(encoding="utf-8")):
            if span.startswith(("sharpsignal ", "--")):
                options = re.findall(r"(?<!\S)--[a-z][a-z-]*", span)
                assert set(options) <= known | {"--help"}, f"{page.name}: {span}"


def test_the_readme_names_every_chat_command() -> None:
    named = set(re.findall(r"`/(\w+)`", text_of("README.md")))
    assert named == set(BY_NAME) - {"start"}


# --- numbers and names of the engine


def test_the_layers_are_listed_with_their_weights() -> None:
    listed = [row for row in rows(section("docs/engine.md", "The eight layers")) if row[0].startswith("`")]
    assert [row[0].strip("`") for row in listed] == [layer.NAME for layer in LAYERS]
    assert {row[0].strip("`"): float(row[1]) for row in listed} == PRIOR_WEIGHTS


def test_the_guardrails_are_listed_in_their_order() -> None:
    listed = [row[0] for row in rows(section("docs/engine.md", "Guardrails")) if row[0].startswith("`")]
    assert [name.strip("`") for name in listed] == list(ORDER)


def test_every_end_of_a_signal_is_listed_and_no_other() -> None:
    listed = set()
    for row in rows(section("docs/engine.md", "The life of a signal")):
        result = row[0].strip("`")
        if result in {ended for ended, _ in ENDS.values()}:
            listed |= {(result, reason) for reason in re.findall(r"`([\w-]+)`", row[1])}
    assert listed == set(ENDS.values())


def test_the_numbers_of_the_engine_page_are_those_of_the_engine() -> None:
    k = Params()
    guardrails = {row[0].strip("`"): row[1] for row in rows(section("docs/engine.md", "Guardrails")) if len(row) == 2}
    wanted = {
        "coverage": f"{k.coverage_quorum:g}",
        "rr": f"{k.rr_min:g}",
        "tp2_atr": f"{k.tp2_max_atr_h1:g} ×",
        "spread": f"{100 * k.spread_max:g} %",
        "volatility": f"{100 * k.volatility_max_atr:g} %",
        "costs": f"{k.cost_max_r:g} R",
        "stale": f"{k.stale_r:g} R",
        "liquidity": f"{k.min_volume_quote:,.0f}",
        "cooldown": f"{k.cooldown_minutes} minutes",
        "heat": f"{k.heat_max_r:g} R open on that side of its cluster, or more than {k.heat_total_r:g} R",
        "breaker": f"{k.breaker_minutes} minutes",
        "trigger": f"{k.monitor_minutes} minutes",
    }
    assert {name: number for name, number in wanted.items() if number not in guardrails[name]} == {}
    page = text_of("docs/engine.md")
    for name in ("quiet", "balanced", "active"):
        assert f"`{name}` {getattr(k, f'confluence_{name}'):.2f}" in page
    assert f"correlate at {k.cluster_correlation:g} or more" in page and f"fewer than {TRUSTED} hours" in page
    assert f"newest {RETURNS // 24} days" in page.replace("\n", " ")
    assert f"below {k.evaluate_confluence:.2f} are not judged" in page.replace("\n", " ")
    assert all(name in page for name in REGIMES)
    life = section("docs/engine.md", "The life of a signal")
    assert f"15m setups {EXPIRY_MINUTES['15m']} minutes, 1h setups {EXPIRY_MINUTES['1h']}" in life
    assert (
        f"15m setups {LIMIT_MINUTES['15m'] // 60} hours after the fill, 1h setups {LIMIT_MINUTES['1h'] // 60}" in life
    )
    for fraction in (k.maker_fee, k.taker_fee, k.slippage_major, k.slippage_alt):
        assert f"{100 * fraction:.2f} %" in life


def test_the_learning_page_knows_every_answer_of_a_training() -> None:
    page = text_of("docs/learning.md")
    assert [answer for answer in get_args(Reason) if answer != "edge" and f"`{answer}`" not in page] == []
    assert f"below {FEW_LABELS:.0f} effective ones" in page and f"fewer than {FEW_DAYS} test days" in page


def test_the_break_even_table_is_what_its_command_prints() -> None:
    page = text_of("docs/learning.md")
    command = re.search(r"`python3 -c \"(.*?)\"`", page)
    assert command is not None
    ran = subprocess.run([sys.executable, "-c", command[1]], capture_output=True, text=True, check=True)
    table = [row for row in rows(page) if re.fullmatch(r"[\d.]+ R", row[0])]
    assert [f"{row[0].split()[0]} {row[1].split()[0]}" for row in table] == ran.stdout.splitlines()


# --- running it


def test_every_metric_is_listed_and_no_other() -> None:
    families = Metrics().registry.collect()
    known = {family.name + ("_total" if family.type == "counter" else "") for family in families}
    listed = re.findall(r"^\| `(sharpsignal_\w+)` \|", text_of("docs/operating.md"), re.MULTILINE)
    assert set(listed) == known and len(listed) == len(known)
    used = set(re.findall(r"sharpsignal_\w+", section("docs/operating.md", "Metrics")))
    assert used <= known


def test_the_service_starts_a_verb_that_exists() -> None:
    found = re.search(r"^```ini\n(.*?)^```$", text_of("docs/operating.md"), re.MULTILINE | re.DOTALL)
    assert found is not None
    unit = configparser.ConfigParser(interpolation=None)
    unit.read_string(found[1])
    program, verb = unit["Service"]["ExecStart"].split()
    assert program.endswith("/.venv/bin/sharpsignal") and verb in verbs()


def test_the_patience_that_the_operating_page_tells_is_that_of_the_feed() -> None:
    timing, page = OkxTiming(), section("docs/operating.md", "When OKX is away").replace("\n", " ")
    assert f"candles after a bar and {timing.bar_lost_ms // 1000} seconds" in page
    minutes = {stream: ms // 60_000 for stream, ms in timing.lost_ms.items()}
    assert minutes == {"trades": 2, "book": 1, "open_interest": 10}
    assert "trades after 2 minutes, best prices after one, open interest after 10" in page
    assert f"up to {timing.longest_pause_seconds:.0f} seconds" in page
    assert {3: "more than three bars"}[MISSING_BARS] in page
    starting = section("docs/operating.md", "Starting, stopping, killing").replace("\n", " ")
    assert f"{OkxOptions(()).days} days of history" in starting
    assert {120_000: "two minutes"}[FRESH_MS] in starting
    assert f"{timing.settle_ms / 1000:g} seconds" in text_of("docs/architecture.md")
    assert f"{LATENCY_MS // 1000} seconds" in text_of("README.md")


def test_how_long_things_are_kept_is_what_the_store_does() -> None:
    kept = section("docs/operating.md", "How long things are kept").replace("\n", " ")
    assert f"lose their text {RAW_DAYS} days after" in kept and f"go after {REPORT_DAYS} days" in kept


def test_the_exit_codes_are_those_of_the_program() -> None:
    told = {row[0] for row in rows(section("docs/operating.md", "Exit codes")) if row[0] != "code"}
    stopped = {f"130, {128 + signals.SIGTERM}, {128 + signals.SIGHUP}", str(128 + SIGPIPE)}
    assert told - {"---"} == {"0", "1", "2"} | stopped


# --- pages and links


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_has_its_four_headings(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS
    assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1
    assert all(section(str(page.relative_to(ROOT)), heading).strip() for heading in HEADINGS)


def test_the_decisions_are_numbered_without_a_hole() -> None:
    assert [int(page.stem[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_to_pages_and_headings_that_exist(page: Path) -> None:
    broken = []
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"(?<!!)\[[^\]]+\]\((?!https?:|mailto:)([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        to = (page.parent / path).resolve() if path else page
        if not to.exists():
            broken.append(target)
        elif anchor:
            headings = re.findall(r"^#+ (.+)$", to.read_text(encoding="utf-8"), re.MULTILINE)
            broken += [target] if anchor not in map(slug, headings) else []
    assert broken == []


def test_every_page_is_reached_from_the_readme() -> None:
    seen, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text(encoding="utf-8")):
            to = (page.parent / target).resolve()
            waiting += sorted(to.glob("*.md")) if to.is_dir() else [to] if to.suffix == ".md" else []
    assert set(PAGES) <= seen


def test_files_that_the_documents_name_exist() -> None:
    rooms = ("bot/", "engine/", "storage/", "tests/", "locales/", "docs/")
    missing = []
    for page in PAGES:
        for name in re.findall(r"`([\w/.-]+)`", page.read_text(encoding="utf-8")):
            if name.startswith(rooms) and not ((ROOT / name).exists() or (ROOT / f"{name}.py").exists()):
                missing.append(f"{page.name}: {name}")
    assert missing == []


# --- replay: layout, files, keys, snippets


def test_every_file_of_the_recorded_layout_and_of_a_replay_is_described() -> None:
    page = text_of("docs/replay.md")
    recorded = [*(f"candles_{name}.parquet" for name in BASE_TIMEFRAMES), *STREAM_FILES, "instrument.json"]
    assert [name for name in [*recorded, *NAMES] if f"`{name}`" not in page] == []


def test_every_key_of_summary_signal_and_outcome_is_described() -> None:
    page = text_of("docs/replay.md")
    keys = [field.name for field in dataclasses.fields(Summary)]
    told_elsewhere = {"pairs", "policies", "policy_version", "skipped_rows", "win", "lose", "expire", "no_fill", "void"}
    wanted = [key for key in keys if key not in told_elsewhere] + [*signal(), *outcome(), "ledger"]
    assert [key for key in wanted if f"`{key}`" not in page] == []


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page's own recording, replayed (event by event: nothing is compiled for one small tape)."""
    home = tmp_path_factory.mktemp("reader")
    subprocess.run([sys.executable, "-c", snippets("docs/replay.md")[0]], cwd=home, check=True)
    feed = ReplayFeed(home / "recorded")
    instruments = {name: tape.instrument for name, tape in feed.tapes().items()}
    bases = {name: tape.candles.timeframe for name, tape in feed.tapes().items()}
    engine = SharpSignalEngine(instruments, bases, Params(), Rules(Params().confluence_balanced))
    with ReplayWriter(home / "OUT", feed.pairs) as writer:
        for event in feed.iterate():
            writer.take(engine.process(event))
        writer.finish(0.0, feed.bars())
    return home / "OUT"


def recomputed(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", snippets("docs/replay.md")[1]]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_a_reader_recomputes_the_ledger_with_the_snippet(replayed: Path) -> None:
    lines = (replayed / "signals.jsonl").read_text(encoding="utf-8").splitlines()
    assert lines, "the page's recording should give at least one signal"
    ran = recomputed(replayed)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split()[-1] == json.loads(lines[-1])["ledger"]["hash"]


def test_the_snippet_finds_a_line_that_was_changed(replayed: Path, tmp_path: Path) -> None:
    lines = (replayed / "signals.jsonl").read_text(encoding="utf-8").splitlines()
    document = json.loads(lines[0])
    document["orders"]["sl"] = "1"
    changed = [json.dumps(document, ensure_ascii=False), *lines[1:]]
    (tmp_path / "signals.jsonl").write_text("\n".join(changed) + "\n", encoding="utf-8")
    assert recomputed(tmp_path).returncode != 0
