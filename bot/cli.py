"""`sharpsignal`: the verbs. Exit codes: 0 done, 1 failed, 2 wrong use or settings (the message names the mend)."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.errors import DataError, SettingsError, SharpSignalError
from bot.settings import Settings, load_settings

Verb = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; never a traceback for a user's mistake."""
    parser = _parser()
    args = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    for noisy in ("httpx", "httpcore", "apscheduler", "numba", "aiosqlite", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    verb: Verb = args.verb
    try:
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
    )
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")
    _demo(verbs.add_parser("demo", help="the whole product with no account and no network, on a simulated exchange"))
    run = verbs.add_parser("run", help="live: OKX's public data, your chats")
    run.set_defaults(verb=_run)
    _replay(verbs.add_parser("replay", help="the live path over recorded data, written to files"))
    _train(verbs.add_parser("train", help="learn from the label store now"))
    stats = verbs.add_parser("stats", help="how the signals of this store ended")
    stats.add_argument("--days", type=int, metavar="N", help="only the last N days")
    stats.add_argument("--json", action="store_true", help="for scripts")
    stats.set_defaults(verb=_stats)
    verify = verbs.add_parser("verify", help="recompute the ledger of signals and outcomes")
    verify.add_argument("id", nargs="?", metavar="ID", help="a signal's number or uuid; without it: all of them")
    verify.add_argument("--json", action="store_true", help="for scripts")
    verify.set_defaults(verb=_verify)
    _export(verbs.add_parser("export", help="a table of the label store as a file"))
    return parser


def _demo(p: argparse.ArgumentParser) -> None:
    p.add_argument("--headless", action="store_true", help="run to the end, print the chat and a summary")
    p.add_argument("--hours", type=float, default=None, metavar="H", help="simulated hours (headless: 48)")
    p.add_argument("--seed", type=int, default=7, metavar="N", help="which simulated market (default 7)")
    p.add_argument("--edge", type=float, default=0.0, metavar="E", help="plant a real edge this strong (default 0)")
    p.add_argument("--speed", type=float, default=600.0, metavar="X", help="simulated time per real time (default 600)")
    p.set_defaults(verb=_run_demo)


def _replay(p: argparse.ArgumentParser) -> None:
    p.add_argument("--data", type=Path, required=True, metavar="DIR", help="DIR/<instId>/candles_5m.parquet and others")
    p.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the files go")
    p.add_argument("--pairs", metavar="A,B", help="only these pairs (default: every folder of DIR)")
    p.add_argument("--start", metavar="ISO", help="first setup; earlier bars only warm up (no offset: UTC)")
    p.add_argument("--end", metavar="ISO", help="bars that close by then (no offset: UTC)")
    p.add_argument("--policy", type=Path, metavar="FILE", help="a policy file, in force from the first bar")
    p.add_argument("--decisions", action="store_true", help="write decisions.jsonl too")
    p.add_argument("--skip-bad-rows", action="store_true", help="count broken rows and leave a gap instead of stopping")
    p.add_argument("--json", action="store_true", help="print the summary as JSON")
    p.set_defaults(verb=_run_replay)


def _train(p: argparse.ArgumentParser) -> None:
    p.add_argument("--cut", metavar="ISO", help="use only what was known by then (default: now)")
    p.add_argument("--json", action="store_true", help="for scripts")
    p.set_defaults(verb=_run_train)


def _export(p: argparse.ArgumentParser) -> None:
    p.add_argument("--table", required=True, choices=("signals", "outcomes", "decisions", "feedback"))
    p.add_argument("--format", required=True, choices=("jsonl", "csv", "parquet"))
    p.add_argument("--out", type=Path, required=True, metavar="FILE")
    p.set_defaults(verb=_run_export)


def _settings() -> Settings:
    return load_settings(os.environ)


def _say(text: str) -> None:
    print(text, flush=True)


def _run(args: argparse.Namespace) -> int:
    from bot.app import run_live

    return asyncio.run(run_live(_settings(), _say))


def _run_demo(args: argparse.Namespace) -> int:
    from bot.demo import run_demo

    return asyncio.run(run_demo(_settings(), args.seed, args.edge, args.speed, args.hours, args.headless))


def _run_replay(args: argparse.Namespace) -> int:
    from bot.compilation import compiled_folder
    from bot.replay.run import ReplayRequest, replay

    settings = _settings()
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sharpsignal"
    progress = _ProgressLine("replay")
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
        cache_dir=compiled_folder(home),
    )
    summary = replay(request, progress)
    progress.end()
    document = summary.document()
    if args.json:
        print(json.dumps(document, ensure_ascii=False))
    else:
        for name, value in document.items():
            print(f"{name}: {json.dumps(value, ensure_ascii=False)}")
        print(f"written to {args.out}")
    return 0


class _ProgressLine:
    """The newest instant of a long run: in place on a terminal, a line a minute of tape-month elsewhere."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._month = ""
        self._terminal = sys.stderr.isatty()

    def __call__(self, ms: int) -> None:
        from engine.decision.signal import iso

        moment = iso(ms)
        if self._terminal:
            print(f"\r{self._what}: {moment[:16]}", end="", file=sys.stderr, flush=True)
        elif moment[:7] != self._month:
            self._month = moment[:7]
            print(f"{self._what}: {self._month}", file=sys.stderr, flush=True)

    def end(self) -> None:
        if self._terminal:
            print(file=sys.stderr)


def _run_train(args: argparse.Namespace) -> int:
    from bot.store_verbs import train

    return asyncio.run(train(_settings(), args.cut, args.json))


def _stats(args: argparse.Namespace) -> int:
    from bot.store_verbs import stats

    return asyncio.run(stats(_settings(), args.days, args.json))


def _verify(args: argparse.Namespace) -> int:
    from bot.store_verbs import verify

    return asyncio.run(verify(_settings(), args.id, args.json))


def _run_export(args: argparse.Namespace) -> int:
    from bot.store_verbs import export

    return asyncio.run(export(_settings(), args.table, args.format, args.out))


if __name__ == "__main__":
    sys.exit(main())
