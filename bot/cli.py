"""`sharpsignal`: the verbs. Exit codes: 0 done, 1 failed, 2 wrong use or settings (the message names the mend)."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import math
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bot import setting_shapes
from bot.errors import DataError, SettingsError, SharpSignalError
from bot.progress_lines import ProgressLine, ShareLine
from bot.settings import Settings, load_settings
from bot.stopping import stoppable

Verb = Callable[[argparse.Namespace], int]
MOST_DAYS = 36_500
MOST_CUTS = 100_000
SQLITE = "sqlite+aiosqlite:///"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; never a traceback for a user's mistake."""
    parser = _parser()
    args = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    for noisy in ("httpx", "httpcore", "apscheduler", "numba", "aiosqlite", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    verb: Verb = args.verb
    try:
        with stoppable():
            return verb(args)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except (DataError, SharpSignalError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sharpsignal",
        description="A self-hosted signal bot for crypto perpetuals. It holds no exchange keys and places no orders.",
        epilog="New here? `sharpsignal demo` needs no account and no network. Settings are read from .env; "
        "`sharpsignal VERB --help` explains a verb. Exit codes: 0 done, 1 failed, 2 wrong use or settings.",
    )
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")

    def verb(name: str, short: str, whole: str) -> argparse.ArgumentParser:
        return verbs.add_parser(name, help=short, description=whole)

    _demo(verb("demo", "the whole product on a simulated exchange: no account, no network", _DEMO))
    verb("run", "live: OKX's public data, your chats", _RUN).set_defaults(verb=_run)
    _download(verb("download", "OKX's history into files that `replay` reads", _DOWNLOAD))
    _record(verb("record", "the live tape, appended to files that `replay` reads", _RECORD))
    _replay(verb("replay", "the live path over recorded data, written to files", _REPLAY))
    _lint(verb("lint-layers", "does a layer look ahead, repaint or need more history than it says?", _LINT))
    _train(verb("train", "learn from the label store now", _TRAIN))
    _figures(verb("stats", "how the signals of this store ended", _STATS))
    _explain(verb("explain", "why a signal was given, or a setup refused, in words", _EXPLAIN))
    _proof(verb("verify", "recompute the ledger of signals and outcomes", _VERIFY))
    _export(verb("export", "a table of the label store as a file", _EXPORT))
    return parser


_DEMO = """Runs everything on a seeded simulated market and serves the web chat on SHARPSIGNAL_HOST:SHARPSIGNAL_PORT
(http://127.0.0.1:8080 by default) until Ctrl+C. Nothing is kept: the store of a demo is deleted at its end."""
_RUN = """Reads OKX's public market data for SHARPSIGNAL_PAIRS, sends signals to the chats named in .env and to the
local web chat, and follows each to its end. Runs until Ctrl+C; started again it goes on where it was. Without an owner
it prints a one-time link that claims the Telegram bot. One process a store."""
_DOWNLOAD = """Fetches closed bars, open interest, funding, taker volume and contracts from OKX's public data, as far
back as OKX keeps them, and single trades where they come within a minute a pair. Started again it goes on where it was:
what is there stays, gaps are filled. The two commands from nothing to a report: sharpsignal download --pairs
BTC-USDT-SWAP,ETH-USDT-SWAP --days 30 --data data/market, then sharpsignal replay --data data/market --out out."""
_RECORD = """Listens to OKX like `run`, without an engine and without chats, and appends what comes to DIR: a journal of
everything in its order, from which a replay concludes what a live run would have, and the candles, trades, open
interest, funding and best prices of each pair. Started again it goes on. Ends with Ctrl+C; a kill loses a second."""
_REPLAY = """Plays recorded candles (and trades, open interest, funding, best bid and ask where they are there) through
the same engine as `run` and writes signals.jsonl, outcomes.jsonl, summary.json, ticks.sha256 and report.html. The same
inputs give the same bytes. SHARPSIGNAL_SENSITIVITY, SHARPSIGNAL_PUBLISH and SHARPSIGNAL_TIMEZONE count here, too. The
layout of DIR is described in docs/replay.md. --signal instead makes one signal of the label store again."""
_LINT = """For those who change or add a layer. Reads recorded markets again and again: whole, cut off at many places,
begun later, stopped and started again. What was read at a bar may never change (lookahead, repainting), a later start
must come to the same votes, anchors must be what they were said to be, and nobody may change what he only reads. Prints
for each layer how much was read and what was found, with the first bar at which it showed. Exit code 0 clean, 1 faults.
What each fault means is told in docs/honesty.md."""
_TRAIN = """Learns from every labelled decision of the store. A policy is left for the live process only where it
surely beats the base rate out of sample; else nothing changes, and the report says why. `run` does this every night at
02:00 UTC by itself."""
_STATS = """Counts and R of the signals of this store on the followable track: what a person could have had from 45
seconds after the message, net of fees and slippage. R is the distance from entry to stop."""
_EXPLAIN = """Tells in words what a decision was taken from: the eight scores with their weights and what each layer
saw, agreement or win chance against what was needed, market state, location and order flow, the anchor of every level,
and all that refused with its number. Scores are signed to the setup's side: positive speaks for it."""
_VERIFY = """Recomputes the hash chains of signals and outcomes. Exit code 1 names every line that was changed, is
missing or was put in between."""
_EXPORT = """Writes a table of the label store to a file; it appears whole or not at all. May run beside the live
process."""


def _demo(p: argparse.ArgumentParser) -> None:
    p.add_argument(
        "--headless", action="store_true", help="no page: run to the end at full speed, print the chat and a summary"
    )
    p.add_argument(
        "--hours",
        type=_not_negative,
        metavar="H",
        help="end after H simulated hours (default never; --headless 48)",
    )
    p.add_argument("--seed", type=_seed, default=7, metavar="N", help="which simulated market (default 7)")
    p.add_argument(
        "--edge",
        type=_not_negative,
        default=0.0,
        metavar="E",
        help="plant a real edge of strength E for the learner to find (default 0: there is none)",
    )
    p.add_argument(
        "--speed", type=_positive, default=600.0, metavar="X", help="X times real time (default 600: an hour in 6 s)"
    )
    p.set_defaults(verb=_run_demo)


def _download(p: argparse.ArgumentParser) -> None:
    p.add_argument("--pairs", type=_pairs, required=True, metavar="A,B", help="OKX instIds; * = every live USDT swap")
    p.add_argument("--days", type=_days, required=True, metavar="N", help="how far back from now")
    p.add_argument("--data", type=Path, required=True, metavar="DIR", help="where to; made if missing")
    p.add_argument("--timeframe", choices=("1m", "5m", "15m"), default="5m", help="length of the bars (default 5m)")
    p.add_argument(
        "--trades",
        action=argparse.BooleanOptionalAction,
        help="every trade of those days, or none; OKX gives 100 a request, so a busy pair takes hours",
    )
    p.add_argument("--json", action="store_true", help="print what was fetched as one JSON object")
    p.set_defaults(verb=_run_download)


def _record(p: argparse.ArgumentParser) -> None:
    p.add_argument(
        "--data", type=Path, metavar="DIR", help="where to; made if missing (default: tape in SHARPSIGNAL_DATA_DIR)"
    )
    p.add_argument("--pairs", type=_pairs, metavar="A,B", help="OKX instIds (default: SHARPSIGNAL_PAIRS)")
    p.set_defaults(verb=_run_record)


def _replay(p: argparse.ArgumentParser) -> None:
    p.add_argument("--data", type=Path, metavar="DIR", help="recorded markets: DIR/<instId>/candles_5m.parquet ...")
    p.add_argument("--out", type=Path, metavar="OUT", help="folder for the results; made if missing")
    p.add_argument("--signal", metavar="ID", help="only make this stored signal again (number or uuid) and compare it")
    p.add_argument("--pairs", metavar="A,B", help="only these pairs (default: every folder of DIR)")
    p.add_argument("--start", metavar="ISO", help="judge setups that open from here on; earlier bars only warm up")
    p.add_argument("--end", metavar="ISO", help="read only bars that close by then; times without offset are UTC")
    p.add_argument("--policy", type=Path, metavar="FILE", help="a trained policy file, in force from the first bar")
    p.add_argument("--decisions", action="store_true", help="write decisions.jsonl, too: every setup, refused or not")
    p.add_argument(
        "--skip-bad-rows",
        action="store_true",
        help="count broken rows and leave gaps, instead of stopping",
    )
    p.add_argument("--json", action="store_true", help="print the summary as one JSON object")
    p.set_defaults(verb=_run_replay)


def _lint(p: argparse.ArgumentParser) -> None:
    p.add_argument("--data", type=Path, required=True, metavar="DIR", help="recorded markets, as for replay")
    p.add_argument("--pairs", metavar="A,B", help="only these pairs (default: every folder of DIR)")
    p.add_argument("--cuts", type=_cuts, default=20, metavar="N", help="cut each tape off at N places (default 20)")
    p.add_argument("--json", action="store_true", help="print the report as one JSON object")
    p.set_defaults(verb=_run_lint)


def _train(p: argparse.ArgumentParser) -> None:
    p.add_argument("--cut", metavar="ISO", help="use only labels known by then (default: now; no offset: UTC)")
    p.add_argument("--json", action="store_true", help="print the report as one JSON object")
    p.set_defaults(verb=_run_train)


def _figures(p: argparse.ArgumentParser) -> None:
    p.add_argument("--days", type=_days, metavar="N", help="only the last N days (default: all)")
    p.add_argument("--json", action="store_true", help="print one JSON object")
    p.set_defaults(verb=_stats)


def _explain(p: argparse.ArgumentParser) -> None:
    p.add_argument("id", metavar="ID", help="a signal's number or uuid, or the decision_id of any judged setup")
    p.add_argument("--json", action="store_true", help="print one JSON object with every number behind the words")
    p.set_defaults(verb=_run_explain)


def _proof(p: argparse.ArgumentParser) -> None:
    p.add_argument("id", nargs="?", metavar="ID", help="tell only of this signal (number or uuid); default: all")
    p.add_argument("--json", action="store_true", help="print one JSON object: problems and newest hashes")
    p.set_defaults(verb=_verify)


def _export(p: argparse.ArgumentParser) -> None:
    p.add_argument("--table", required=True, choices=("signals", "outcomes", "decisions", "feedback"), help="which one")
    p.add_argument("--format", required=True, choices=("jsonl", "csv", "parquet"), help="how it is written")
    p.add_argument("--out", type=Path, required=True, metavar="FILE", help="where to; an older file is replaced")
    p.set_defaults(verb=_run_export)


def _number(text: str, least: float, above: bool = False) -> float:
    words = f"must be a number {'above' if above else 'of at least'} {least:g}, not {text}"
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(words) from None
    if not least <= value < math.inf or (above and value == least):
        raise argparse.ArgumentTypeError(words)
    return value


def _not_negative(text: str) -> float:
    return _number(text, 0.0)


def _positive(text: str) -> float:
    return _number(text, 0.0, above=True)


def _seed(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise argparse.ArgumentTypeError(f"must be a whole number of at least 0, not {text}")
    return int(text)


def _days(text: str) -> int:
    return _whole(text, MOST_DAYS)


def _cuts(text: str) -> int:
    return _whole(text, MOST_CUTS)


def _whole(text: str, most: int) -> int:
    if not text.isdecimal() or not 1 <= int(text[:9]) <= most:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to {most}, not {text}")
    return int(text[:9])


def _pairs(text: str) -> tuple[str, ...]:
    try:
        return setting_shapes.pairs(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _settings() -> Settings:
    return load_settings(os.environ)


def _with_store() -> Settings:
    """Settings of a verb that opens the label store."""
    settings = _settings()
    if not settings.database_url.startswith(SQLITE):
        raise SettingsError(f"DATABASE_URL: must begin with {SQLITE}; other databases are not built yet")
    return settings


def _say(text: str) -> None:
    print(text, flush=True)


def _run(args: argparse.Namespace) -> int:
    from bot.app import run_live

    return asyncio.run(run_live(_with_store(), _say))


def _run_demo(args: argparse.Namespace) -> int:
    from bot.demo import run_demo

    return asyncio.run(run_demo(_settings(), args.seed, args.edge, args.speed, args.hours, args.headless))


def _run_download(args: argparse.Namespace) -> int:
    from bot.download_report import DownloadRequest
    from bot.tape_verbs import download

    request = DownloadRequest(args.data, args.pairs, args.days, args.timeframe, args.trades)
    return asyncio.run(download(_settings(), request, args.json))


def _run_record(args: argparse.Namespace) -> int:
    from bot.tape_verbs import record

    settings = _settings()
    return asyncio.run(record(settings, args.data or settings.data_dir / "tape", args.pairs or settings.pairs))


def _run_replay(args: argparse.Namespace) -> int:
    if args.signal is not None:
        return _run_replay_signal(args)
    if args.data is None or args.out is None:
        raise SettingsError("replay: --data DIR and --out OUT are needed (or --signal ID for one stored signal)")
    return _run_replay_tape(args)


def _run_replay_signal(args: argparse.Namespace) -> int:
    from bot.signal_verbs import replay_signal

    if args.data is not None or args.out is not None:
        raise SettingsError("replay: --signal ID reads the label store; leave --data and --out away")
    return asyncio.run(replay_signal(_with_store(), args.signal, args.json))


def _run_replay_tape(args: argparse.Namespace) -> int:
    from bot.compilation import cache_home, compiled_folder
    from bot.replay.journal import replay_journal
    from bot.replay.run import ReplayRequest, replay
    from storage.journal import has_journal

    settings = _settings()
    request = ReplayRequest(
        data=args.data,
        out=args.out,
        pairs=tuple(args.pairs.split(",")) if args.pairs else None,
        start=args.start,
        end=args.end,
        policy=args.policy,
        decisions=args.decisions,
        skip_bad_rows=args.skip_bad_rows,
        sensitivity=settings.sensitivity,
        publish=settings.publish,
        timezone=settings.timezone,
        cache_dir=compiled_folder(cache_home()),
    )
    with ProgressLine("replay") as progress:
        summary = (replay_journal if has_journal(args.data) else replay)(request, progress)
    document = summary.document()
    if args.json:
        print(json.dumps(document, ensure_ascii=False))
    else:
        for name, value in document.items():
            print(f"{name}: {json.dumps(value, ensure_ascii=False)}")
        print(f"written to {args.out}")
    return 0


def _run_lint(args: argparse.Namespace) -> int:
    from bot.compilation import cache_home, compiled_folder
    from bot.lint_layers import LintRequest, lint
    from bot.lint_report import as_json, tell

    pairs = tuple(args.pairs.split(",")) if args.pairs else None
    request = LintRequest(args.data, pairs, args.cuts, compiled_folder(cache_home()), _settings().sensitivity)
    progress = ShareLine("lint-layers")
    found = lint(request, progress)
    progress.end()
    if args.json:
        print(as_json(found))
    else:
        tell(found, _say)
    return 0 if found.clean else 1


def _run_train(args: argparse.Namespace) -> int:
    from bot.store_verbs import train

    return asyncio.run(train(_with_store(), args.cut, args.json))


def _stats(args: argparse.Namespace) -> int:
    from bot.store_verbs import stats

    return asyncio.run(stats(_with_store(), args.days, args.json))


def _run_explain(args: argparse.Namespace) -> int:
    from bot.signal_verbs import explain

    return asyncio.run(explain(_with_store(), args.id, args.json))


def _verify(args: argparse.Namespace) -> int:
    from bot.store_verbs import verify

    return asyncio.run(verify(_with_store(), args.id, args.json))


def _run_export(args: argparse.Namespace) -> int:
    from bot.store_verbs import export

    return asyncio.run(export(_with_store(), args.table, args.format, args.out))


if __name__ == "__main__":
    sys.exit(main())
