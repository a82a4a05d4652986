"""`sharpsignal`: the verbs. Exit codes: 0 done, 1 failed, 2 wrong use or settings (the message names the mend)."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bot import option_shapes as opt
from bot import setting_shapes
from bot import verb_words as words
from bot.errors import DataError, SettingsError, SharpSignalError
from bot.learning_options import learning_verbs
from bot.progress_lines import ProgressLine, ShareLine
from bot.reader_gone import quiet_pipe
from bot.settings import Settings, load_settings
from bot.stopping import stoppable

Verb = Callable[[argparse.Namespace], int]
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
        with stoppable(), quiet_pipe():
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

    _demo(verb("demo", "the whole product on a simulated exchange: no account, no network", words.DEMO))
    verb("run", "live: OKX's public data, your chats", words.RUN).set_defaults(verb=_run)
    _init(verb("init", "a Telegram bot, its owner and a first DEMO signal, in two minutes", words.INIT))
    _doctor(verb("doctor", "is everything there that it needs? One line each, with what to mend", words.DOCTOR))
    _download(verb("download", "OKX's history into files that `replay` reads", words.DOWNLOAD))
    _record(verb("record", "the live tape, appended to files that `replay` reads", words.RECORD))
    _replay(verb("replay", "the live path over recorded data, written to files", words.REPLAY))
    _lint(verb("lint-layers", "does a layer look ahead, repaint or need more history than it says?", words.LINT))
    learning_verbs(verb, _with_store, _say)
    _figures(verb("stats", "how the signals of this store ended", words.STATS))
    _explain(verb("explain", "why a signal was given, or a setup refused, in words", words.EXPLAIN))
    _proof(verb("verify", "recompute the ledger of signals and outcomes", words.VERIFY))
    _export(verb("export", "a table of the label store as a file", words.EXPORT))
    _templates(verb("templates", "the WhatsApp content templates in each language", words.TEMPLATES))
    return parser


def _demo(p: argparse.ArgumentParser) -> None:
    p.add_argument(
        "--headless", action="store_true", help="no page: run to the end at full speed, print the chat and a summary"
    )
    p.add_argument(
        "--hours",
        type=opt.not_negative,
        metavar="H",
        help="end after H simulated hours (default never; --headless 48)",
    )
    p.add_argument("--seed", type=opt.seed, default=7, metavar="N", help="which simulated market (default 7)")
    p.add_argument(
        "--edge",
        type=opt.not_negative,
        default=0.0,
        metavar="E",
        help="plant a real edge of strength E for the learner to find (default 0: there is none)",
    )
    p.add_argument(
        "--speed",
        type=opt.positive,
        default=600.0,
        metavar="X",
        help="X times real time (default 600: an hour in 6 s)",
    )
    p.set_defaults(verb=_run_demo)


def _init(p: argparse.ArgumentParser) -> None:
    p.add_argument(
        "--locale", type=opt.shape(setting_shapes.locale), metavar="L", help="language, instead of a question"
    )
    p.add_argument("--timezone", type=opt.shape(setting_shapes.timezone), metavar="Z", help="time zone, likewise")
    p.add_argument("--pairs", type=opt.shape(setting_shapes.pairs), metavar="A,B", help="OKX instIds, likewise")
    p.add_argument(
        "--wait",
        type=opt.not_negative,
        metavar="S",
        help="how long the link waits for you (default 600; 0: print it only)",
    )
    p.add_argument(
        "--non-interactive",
        action="store_true",
        help="ask nothing here: the token stands in TELEGRAM_BOT_TOKEN or .env; --wait is 0 unless given",
    )
    p.set_defaults(verb=_run_init)


def _doctor(p: argparse.ArgumentParser) -> None:
    p.add_argument("--json", action="store_true", help="print one JSON object: ok, and the checks")
    p.set_defaults(verb=_run_doctor)


def _download(p: argparse.ArgumentParser) -> None:
    p.add_argument(
        "--pairs", type=opt.pairs, required=True, metavar="A,B", help="OKX instIds; * = every live USDT swap"
    )
    p.add_argument("--days", type=opt.days, required=True, metavar="N", help="how far back from now")
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
    p.add_argument("--pairs", type=opt.pairs, metavar="A,B", help="OKX instIds (default: SHARPSIGNAL_PAIRS)")
    p.set_defaults(verb=_run_record)


def _replay(p: argparse.ArgumentParser) -> None:
    p.add_argument("--data", type=Path, metavar="DIR", help="recorded markets: DIR/<instId>/candles_5m.parquet ...")
    p.add_argument("--out", type=Path, metavar="OUT", help="folder for the results; made if missing")
    p.add_argument("--signal", metavar="ID", help="only make this stored signal again (number or uuid) and compare it")
    p.add_argument("--pairs", metavar="A,B", help="only these pairs (default: every folder of DIR)")
    p.add_argument("--start", metavar="ISO", help="judge setups that open from here on; earlier bars only warm up")
    p.add_argument("--end", metavar="ISO", help="read only bars that close by then; times without offset are UTC")
    p.add_argument("--policy", type=Path, metavar="FILE", help="a trained policy file, in force from the first bar")
    p.add_argument("--learn", action="store_true", help="learn as the live program does, in tape time: learning.json")
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
    p.add_argument("--cuts", type=opt.cuts, default=20, metavar="N", help="cut each tape off at N places (default 20)")
    p.add_argument("--json", action="store_true", help="print the report as one JSON object")
    p.set_defaults(verb=_run_lint)


def _figures(p: argparse.ArgumentParser) -> None:
    p.add_argument("--days", type=opt.days, metavar="N", help="only the last N days (default: all)")
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


def _templates(p: argparse.ArgumentParser) -> None:
    p.add_argument("--create", action="store_true", help="create those that TWILIO_CONTENT_SIDS does not name yet")
    p.add_argument(
        "--json", action="store_true", help="print one JSON object: kind, language, body, variables, category"
    )
    p.set_defaults(verb=_run_templates)


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


def _run_init(args: argparse.Namespace) -> int:
    from bot.init_verb import InitRequest, init

    given = {
        "SHARPSIGNAL_LOCALE": args.locale,
        "SHARPSIGNAL_TIMEZONE": args.timezone,
        "SHARPSIGNAL_PAIRS": args.pairs,
    }
    wait = args.wait if args.wait is not None else 0.0 if args.non_interactive else 600.0
    values = {name: value for name, value in given.items() if value is not None}
    request = InitRequest(Path(".env"), not args.non_interactive, wait, values)
    return asyncio.run(init(request, _with_store, _ask_secret, _say))


def _ask_secret(prompt: str) -> str:
    """On a terminal without an echo; else a line of what is piped in."""
    if sys.stdin is not None and sys.stdin.isatty():
        return getpass.getpass(prompt)
    return "" if sys.stdin is None else sys.stdin.readline()


def _run_doctor(args: argparse.Namespace) -> int:
    from bot.doctor import doctor

    return asyncio.run(doctor(_settings(), _say, args.json))


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
    from bot.jobs.trainer import one_thread

    one_thread()  # what is learned has the bits of a live night
    from bot.compilation import cache_home, compiled_folder
    from bot.replay.journal import replay_journal
    from bot.replay.run import ReplayRequest, replay
    from bot.replay.told import summary_text
    from storage.journal import has_journal

    settings = _settings()
    request = ReplayRequest(
        data=args.data,
        out=args.out,
        pairs=tuple(args.pairs.split(",")) if args.pairs else None,
        start=args.start,
        end=args.end,
        policy=args.policy,
        learn=args.learn,
        decisions=args.decisions,
        skip_bad_rows=args.skip_bad_rows,
        sensitivity=settings.sensitivity,
        publish=settings.publish,
        timezone=settings.timezone,
        cache_dir=compiled_folder(cache_home()),
    )
    with ProgressLine("replay") as progress:
        journal = has_journal(args.data)
        summary = replay_journal(request, progress) if journal else replay(request, progress, progress.learned)
    if args.json:
        print(json.dumps(summary.document(), ensure_ascii=False))
    else:
        print(summary_text(summary), f"written to {args.out}", sep="\n\n")
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


def _stats(args: argparse.Namespace) -> int:
    from bot.store_verbs import stats

    return asyncio.run(stats(_with_store(), args.days, args.json))


def _run_explain(args: argparse.Namespace) -> int:
    from bot.signal_verbs import explain

    return asyncio.run(explain(_with_store(), args.id, args.json))


def _run_templates(args: argparse.Namespace) -> int:
    from bot.template_verbs import templates

    return asyncio.run(templates(_settings(), args.create, args.json, _say))


def _verify(args: argparse.Namespace) -> int:
    from bot.store_verbs import verify

    return asyncio.run(verify(_with_store(), args.id, args.json))


def _run_export(args: argparse.Namespace) -> int:
    from bot.store_verbs import export

    return asyncio.run(export(_with_store(), args.table, args.format, args.out))


if __name__ == "__main__":
    sys.exit(main())
