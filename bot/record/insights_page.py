"""The page of what was learned: every kind of setup with its numbers and intervals, and which pairs move as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from bot.messages.insights_card import QUIET, cell_name, insights_text
from bot.messages.markup import escape
from bot.messages.reader import Reader, ticker
from bot.record.page import shell

COLUMNS = ("kind", "n", "rate", "r", "rest")
MARKS = {"best": "🥇", "better": "📈", "worst": "⛔", "worse": "📉"}


def insights_page(night: Mapping[str, Any] | None, reader: Reader, *, simulated: bool = False) -> str:
    """The whole page: what a chat is told, then all of it as tables; `night` as stored, None before the first."""
    mark = f'<p class="mark">🎮 {reader.html("web-simulated")}</p>' if simulated else ""
    found = ({} if night is None else night["status"]).get("insights")
    tables = [] if found is None else [_cells(found["cells"], reader), _pairs(found["pairs"], reader)]
    told = insights_text(night, reader).replace("\n", "<br>\n")
    title = reader.html("insights-page")
    return shell(title, reader, [f"<main>\n{mark}<h1>{title}</h1>\n<p>{told}</p>", *tables, "</main>"])


def _cells(cells: Sequence[Mapping[str, Any]], reader: Reader) -> str:
    """A table a dimension."""
    parts = []
    head = "".join(f'<th scope="col">{reader.html("insights-column", name=name)}</th>' for name in COLUMNS)
    for dimension, rows in groupby(cells, key=lambda one: str(one["dimension"]).split("_")[0]):
        body = "\n".join(_row(one, reader) for one in rows)
        group = reader.html("insights-group", name=dimension)
        parts.append(f"<h2>{group}</h2>\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>")
    return "\n".join(parts)


def _row(one: Mapping[str, Any], reader: Reader) -> str:
    name = escape(cell_name(one["dimension"], one["name"], reader))
    mark = "" if one["verdict"] in QUIET else f"{MARKS[one['verdict']]} "
    numbers = [reader.number(one["n"])]
    if one["net_r"] is None:
        numbers.append(reader.html("insights-too-few"))
    else:
        rate, low, high = (reader.percent(value) for value in one["win_rate"])
        numbers += [f"{rate} ({low} – {high})", _range(one["net_r"], reader), _range(one["difference"], reader)]
    labels = (escape(reader.plain("insights-column", name=name)) for name in COLUMNS[1:])
    cells = "".join(f'<td data-label="{label}">{value}</td>' for label, value in zip(labels, numbers))
    return f"<tr><td>{mark}{name}</td>{cells}{'<td></td>' * (len(COLUMNS) - 1 - len(numbers))}</tr>"


def _range(values: Sequence[float], reader: Reader) -> str:
    middle, low, high = values
    return f"{reader.r(middle)} ({reader.signed(low)} … {reader.signed(high)})"


def _pairs(pairs: Sequence[Sequence[Any]], reader: Reader) -> str:
    """Every two pairs with enough days in common."""
    if not pairs:
        return ""
    rows = "\n".join(
        f"<tr><td>{escape(ticker(one))} – {escape(ticker(other))}</td><td>{reader.signed(value)}</td></tr>"
        for one, other, value, _ in pairs
    )
    return f"<h2>{reader.html('insights-together')}</h2>\n<table><tbody>\n{rows}\n</tbody></table>"
