"""What a night learned of kinds of setups, for a chat: better or worse, why setups fail, what to leave alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.messages.markup import lines
from bot.messages.reader import Reader, ticker

SHOWN = 6
HINTS = 3
TOGETHER = 0.3  # a correlation below is not worth a line
QUIET = ("none", "few")
REACHED = (1.0, 1.5, 2.0)  # R, of those that a week tells
TRAINED = "trained"


def insights_text(night: Mapping[str, Any] | None, reader: Reader, moves: Mapping[str, Any] | None = None) -> str:
    """The newest night (storage/nights.py); None before the first. `moves`: what the newest week said of moves."""
    title = reader.html("insights-title")
    status: Mapping[str, Any] = {} if night is None else night["status"]
    found = status.get("insights")
    if night is None or found is None:
        few = night is not None and status["reason"] != TRAINED
        waiting = reader.html("insights-waiting", n=reader.number(int(status["n_eff"]))) if few else ""
        return lines(title, waiting or reader.html("insights-none"))
    return lines(
        title,
        reader.html("insights-labels", n=reader.number(found["labels"]), cut=reader.day(night["cut"])),
        reader.html("insights-whole", r=reader.r(found["net_r"]), rate=reader.percent(found["win_rate"])),
        "",
        *_cells(found["cells"], reader),
        *_failures(found["failures"], reader),
        *_avoided(status["avoid"], reader),
        *_pairs(found["pairs"], reader),
        *_moves(moves or {}, reader),
        *_after((moves or {}).get("after", {}), reader),
        *_timing(status.get("timing", {}), reader),
        "",
        reader.html("insights-how", cells=reader.number(found["tested"])),
    )


def cell_name(dimension: str, name: str, reader: Reader) -> str:
    """A cell as people call it.

    >>> from zoneinfo import ZoneInfo
    >>> english = Reader("en", ZoneInfo("UTC"))
    >>> cell_name("direction", "TRENDING_against", english), cell_name("confidence", "40", english)
    ('TRENDING, against trend', '40–50%')
    """
    if dimension == "direction":
        regime, _, way = name.rpartition("_")
        return reader.plain("insights-cell", dimension=f"direction_{way}", name=regime)
    if dimension.startswith("layer_"):
        layer = reader.plain("layer", name=dimension.removeprefix("layer_"))
        return reader.plain("insights-cell", dimension=f"layer_{name}", name=layer)
    if dimension in ("bias", "volatility"):
        return reader.plain("insights-cell", dimension=f"{dimension}_{name}", name=name)
    if dimension == "confidence":
        return f"{name}–{int(name) + 10}%"
    if dimension in ("session", "setup"):
        return reader.plain("group-name", name=name)
    return ticker(name) if dimension == "pair" else name


def _cells(cells: Sequence[Mapping[str, Any]], reader: Reader) -> Iterator[str]:
    """What is shown, the surest first; without any the nearest, as what may be chance."""
    judged = sorted((one for one in cells if one["verdict"] != "few"), key=lambda one: float(one["p"]))
    shown = [one for one in judged if one["verdict"] not in QUIET]
    if not shown:
        yield reader.html("insights-nothing")
        if judged:
            yield reader.html("insights-nearest")
    for one in shown[:SHOWN] or judged[:HINTS]:
        name = cell_name(one["dimension"], one["name"], reader)
        r, low, high = one["net_r"]
        yield reader.html("insights-row", verdict=one["verdict"], name=name)
        least, most, n = reader.signed(low), reader.signed(high), reader.number(one["n"])
        yield reader.html("insights-range", r=reader.r(r), low=least, high=most, n=n)


def _failures(found: Mapping[str, Any], reader: Reader) -> Iterator[str]:
    """How large a part fails how, then where one kind is more frequent and what to do about it."""
    shares = [(kind, share) for kind, share in found["shares"].items() if share]
    if not shares:
        return
    yield ""
    yield reader.html("insights-failures")
    for kind, share in sorted(shares, key=lambda one: -one[1]):
        what = reader.plain("insights-failure", kind=kind)
        yield reader.html("insights-failure-share", what=what, share=reader.percent(share))
    for one in found["found"][:HINTS]:
        name = cell_name(one["dimension"], one["name"], reader)
        share, rest = reader.percent(one["share"]), reader.percent(one["rest"])
        yield reader.html("insights-row", verdict="worse", name=name)
        what = reader.plain("insights-failure", kind=one["kind"])
        yield reader.html("insights-failure-where", what=what, share=share, rest=rest)
        yield reader.html("insights-advice", advice=one["advice"])


def _avoided(rules: Sequence[Mapping[str, Any]], reader: Reader) -> Iterator[str]:
    """What the evidence speaks against, and what leaving it alone came to since."""
    if rules:
        yield ""
        yield reader.html("insights-avoid")
    for one in rules:
        account = one["account"]
        yield reader.html("insights-avoid-row", name=cell_name(one["dimension"], one["name"], reader))
        yield reader.html("insights-avoid-since", since=reader.day(one["since"]), n=reader.number(account["taken"]))
        saved = account["saved_r"]
        if not account["taken"]:
            yield reader.html("insights-avoid-nothing")
        else:
            r = f"{reader.number(abs(saved), 2)}R"
            yield reader.html("insights-avoid-cost", r=r) if saved < 0 else reader.html("insights-avoid-saved", r=r)


def _pairs(pairs: Sequence[Sequence[Any]], reader: Reader) -> Iterator[str]:
    """The pairs whose setups win and lose the most as one."""
    close = [one for one in pairs if one[2] >= TOGETHER][:HINTS]
    if close:
        yield ""
        yield reader.html("insights-pairs")
    for one, other, value, _ in close:
        first, second = (name.split("-")[0] for name in (one, other))
        yield reader.html("insights-pair", one=first, other=second, value=reader.signed(value))


def _moves(found: Mapping[str, Any], reader: Reader) -> Iterator[str]:
    """How far setups ran for and against their fill, the middle one of each book, and the odds of reaching a ratio."""
    if "reach" not in found:
        return
    yield ""
    yield reader.html("insights-moves")
    for name, (_, best, _) in sorted(found["mfe"]["quartiles"].items()):
        worst = found["mae"]["quartiles"][name][1]
        yield reader.html("insights-moves-book", name=name)
        yield reader.html("insights-moves-row", best=reader.number(best, 1), worst=reader.number(worst, 1))
        yield from _proposed(found.get("proposed", {}).get(name), reader)
    for one in found["reach"]:
        if one["ratio"] in REACHED:
            ratio, low = reader.number(one["ratio"], 1), reader.percent(one["p_low"])
            yield reader.html("insights-reach", ratio=ratio, p=reader.percent(one["p"]), low=low)


def _proposed(levels: Mapping[str, float] | None, reader: Reader) -> Iterator[str]:
    """The levels that the model would set, and what the first target is worth at the lower bound of its odds."""
    if levels is not None:
        tp1, tp2 = (reader.number(levels[name], 1) for name in ("tp1", "tp2"))
        yield reader.html("insights-moves-levels", tp1=tp1, tp2=tp2, stop=reader.number(levels["stop"], 1))
        yield reader.html("insights-moves-worth", r=reader.r(levels["worth"]))


def _after(found: Mapping[str, Any], reader: Reader) -> Iterator[str]:
    """How far half of the setups go in half an hour and an hour, and how often that was true of later ones."""
    told = {minutes: one for minutes, one in found.items() if "quartiles" in one}
    if told:
        yield ""
        yield reader.html("insights-after")
    for minutes, one in told.items():
        low, _, high = one["quartiles"]["*"]
        yield reader.html("insights-after-row", minutes=minutes, low=reader.signed(low), high=reader.signed(high))
        if one["told"] is not None:
            share, n = reader.percent(one["told"]["coverage"]), reader.number(round(one["told"]["setups"]))
            yield reader.html("insights-after-came", share=share, n=n)


def _timing(found: Mapping[str, Any], reader: Reader) -> Iterator[str]:
    """What ways to enter setups that waited made more than their full trigger, or that no difference is shown."""
    ways = {name: one for name, one in found.get("ways", {}).items() if one["mean"] is not None}
    if ways:
        yield ""
        yield reader.html("insights-timing")
    for name, one in ways.items():
        yield reader.html("insights-timing-way", way=name, n=reader.number(one["setups"]))
        low, high = one["low"], one["high"]
        if low <= 0.0 <= high:
            yield reader.html("insights-timing-none")
        else:
            least, most = reader.signed(low), reader.signed(high)
            yield reader.html("insights-timing-row", r=reader.r(one["mean"]), low=least, high=most)
