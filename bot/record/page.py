"""The record page: figures, how to check them, and a page of signals, losses first. No script, one small style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from bot.charts.equity import equity_told
from bot.i18n import LOCALES, say
from bot.messages.markup import escape
from bot.messages.reader import Reader, ticker
from bot.messages.stats_table import warnings
from bot.record.asked import PERIODS, Asked
from bot.record.rows import table
from storage.record import Entry
from storage.record_figures import Measured
from storage.stats import Stats

PER_PAGE = 50
PATH = "/record"
SIZES: Mapping[str, tuple[int, int]] = {"wide": (1048, 320), "phone": (340, 280)}


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything that one page tells. `chains`: (lines, newest hash) by name."""

    entries: Sequence[Entry]
    measured: Measured
    pairs: Sequence[str]
    chains: Mapping[str, tuple[int, str]]
    since: int | None
    simulated: bool


def pages(measured: Measured) -> int:
    """How many pages these signals fill, at least one."""
    return max(1, -(-measured.figures.signals // PER_PAGE))


@cache
def style() -> str:
    """The text of the page's style sheet."""
    return resources.files("bot.record").joinpath("record.css").read_text(encoding="utf-8")


def page(shown: Shown, asked: Asked, reader: Reader) -> str:
    """The whole page in the reader's language."""
    title = escape(reader.plain("record-title"))
    return shell(
        title,
        reader,
        [
            _head(title, asked, reader, shown),
            "<main>",
            _figures(shown, reader),
            _equity(shown, asked, reader),
            _form(shown, asked, reader),
            table(shown.entries, reader),
            _pager(shown, asked, reader),
            _proof(shown, reader),
            f'<p class="small">{reader.html("record-advice")}</p>',
            "</main>",
        ],
    )


def shell(title: str, reader: Reader, body: Sequence[str]) -> str:
    """A whole public page around its body's lines; `title` is HTML."""
    return "\n".join(
        [
            f'<!doctype html>\n<html lang="{reader.locale}">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>SharpSignal · {title}</title>",
            '<link rel="icon" href="/web/static/icon.svg" type="image/svg+xml">',
            f'<link rel="stylesheet" href="{PATH}/style.css">\n</head>\n<body>',
            *body,
            "</body>\n</html>\n",
        ]
    )


def _head(title: str, asked: Asked, reader: Reader, shown: Shown) -> str:
    def language(code: str) -> str:
        name = escape(say(code, "language-name"))
        if code == reader.locale:
            return f'<b lang="{code}">{name}</b>'
        return f'<a href="{escape(asked.link(PATH, lang=code))}" lang="{code}" hreflang="{code}">{name}</a>'

    links = " · ".join(language(code) for code in LOCALES)
    mark = f'<p class="mark">🎮 {reader.html("web-simulated")}</p>' if shown.simulated else ""
    since = "" if shown.since is None else reader.html("record-since", at=reader.date(shown.since))
    return (
        f'<header>{mark}<div class="bar"><h1>SharpSignal · {title}</h1><nav>{links}</nav></div>'
        f"<p>{reader.html('record-intro')} {since}</p></header>"
    )


def _figures(shown: Shown, reader: Reader) -> str:
    f = shown.measured.figures
    notes = [reader.plain("stats-net"), reader.plain("record-tracks"), *warnings(f, reader)]
    told = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return f'{tiles(f, reader)}<ul class="notes">{told}</ul>'


def tiles(f: Stats, reader: Reader) -> str:
    """The figures as a list of names and values."""
    dash = "–"
    low, high = f.expectancy_r_low, f.expectancy_r_high
    interval = (
        dash if low is None or high is None else reader.plain("stats-range", low=reader.r(low), high=reader.r(high))
    )
    ended = f.signals - f.open
    share = (f.ambiguous or 0) / ended if ended else None
    rows: list[tuple[str, str]] = [
        (reader.plain("stats-label-signals"), reader.number(f.signals)),
        (reader.plain("stats-label-open"), reader.number(f.open)),
        (reader.plain("stats-label-lose"), reader.number(f.lose)),
        (reader.plain("stats-label-win"), reader.number(f.win)),
        (reader.plain("stats-label-expire"), reader.number(f.expire)),
        (reader.plain("stats-label-no-fill"), reader.number(f.no_fill)),
        (reader.plain("stats-label-void"), reader.number(f.void)),
        (reader.plain("stats-label-win-rate"), dash if f.win_rate is None else reader.percent(f.win_rate, 1)),
        (reader.plain("stats-label-expectancy"), dash if f.expectancy_r is None else reader.r(f.expectancy_r)),
        (reader.plain("stats-label-interval"), interval),
        (reader.plain("stats-label-theoretical"), _r(f.expectancy_r_theoretical, reader)),
        (reader.plain("stats-label-factor"), dash if f.profit_factor is None else reader.number(f.profit_factor, 2)),
        (
            reader.plain("stats-label-drawdown"),
            dash if f.max_drawdown_r is None else f"{reader.number(f.max_drawdown_r, 2)}R",
        ),
        (reader.plain("record-ambiguous"), dash if share is None else reader.percent(share, 1)),
    ]
    cells = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in rows)
    return f'<dl class="figures">{cells}</dl>'


def _r(value: float | None, reader: Reader) -> str:
    return "–" if value is None else reader.r(value)


def _equity(shown: Shown, asked: Asked, reader: Reader) -> str:
    """The curve of these signals; the picture follows the reader's wish for light or dark, and a phone has its own."""
    if not shown.measured.curve:
        return ""
    told = escape(equity_told(shown.measured.curve, reader))
    plain = replace(asked, lang=reader.locale, order="worst")
    wide, narrow = (escape(plain.link(f"{PATH}/equity-{name}.svg", page=1)) for name in SIZES)
    size = 'width="{}" height="{}"'.format(*SIZES["wide"])
    return (
        f'<picture class="equity"><source media="(max-width: 640px)" srcset="{narrow}">'
        f'<img src="{wide}" {size} alt="{told}"></picture>'
    )


def _form(shown: Shown, asked: Asked, reader: Reader) -> str:
    every = reader.plain("record-every")
    pairs = {"": every, **{pair: ticker(pair) for pair in shown.pairs}}
    sides = {"": every, "long": "LONG", "short": "SHORT"}
    periods = {
        name: reader.plain("record-period", days="all" if days is None else str(days)) for name, days in PERIODS.items()
    }
    orders = {
        "worst": reader.plain("record-worst"),
        "newest": reader.plain("record-newest"),
        "best": reader.plain("record-best"),
    }
    fields = [
        _select("pair", reader.plain("record-pair"), pairs, asked.pair),
        _select("side", reader.plain("record-side"), sides, asked.side),
        _select("period", reader.plain("record-closed-in"), periods, asked.period),
        _select("sort", reader.plain("record-order"), orders, asked.order),
    ]
    kept = f'<input type="hidden" name="lang" value="{asked.lang}">' if asked.lang else ""
    file = escape(asked.link(f"{PATH}.csv", page=1))
    return (
        f'<form action="{PATH}" method="get">{"".join(fields)}{kept}'
        f"<button>{reader.html('record-show')}</button> "
        f'<a class="file" href="{file}" download>{reader.html("record-file")}</a></form>'
    )


def _select(name: str, label: str, choices: Mapping[str, str], chosen: str) -> str:
    options = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(shown)}</option>'
        for value, shown in choices.items()
    )
    return f'<label>{escape(label)}<select name="{name}">{options}</select></label>'


def _pager(shown: Shown, asked: Asked, reader: Reader) -> str:
    last = pages(shown.measured)
    at = min(asked.page, last)
    place = reader.html("record-page", page=reader.number(at), pages=reader.number(last))
    before = f'<a href="{escape(asked.link(PATH, page=at - 1))}" rel="prev">← {reader.html("record-before")}</a>'
    after = f'<a href="{escape(asked.link(PATH, page=at + 1))}" rel="next">{reader.html("record-after")} →</a>'
    parts = [before if at > 1 else "", f"<span>{place}</span>", after if at < last else ""]
    return f'<nav class="pager">{"".join(parts)}</nav>'


def _proof(shown: Shown, reader: Reader) -> str:
    rows = []
    for name, label in (
        ("signals", reader.html("record-chain-signals")),
        ("outcomes", reader.html("record-chain-outcomes")),
    ):
        lines, root = shown.chains.get(name, (0, "0" * 64))
        rows.append(f"<dt>{label} ({reader.html('record-lines', count=lines)})</dt><dd><code>{root}</code></dd>")
    return (
        f'<section class="proof"><h2>{reader.html("record-proof")}</h2>'
        f"<p>{reader.html('record-proof-why')}</p><dl>{''.join(rows)}</dl>"
        f"<p>{reader.html('record-proof-how')}</p></section>"
    )
