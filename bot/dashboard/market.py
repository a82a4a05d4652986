"""The market's side of the board: what holds signals back, open signals, waiting setups, layers, refusals, feeds."""

from __future__ import annotations

from bot.commands.active import open_lines
from bot.commands.health import feed_lines, halt_lines
from bot.commands.live import FeedState, Now
from bot.commands.watch import waiting_text
from bot.dashboard.html import bar, button, drawing, said, table
from bot.dashboard.seen import Seen
from bot.messages.markup import escape, whole
from bot.messages.reader import Reader, ticker
from bot.ops_card import stream_lines
from engine.decision.signal import LAYER_NAMES
from storage.signals import StoredSignal

CHARTS = 6
LISTED = 24
PAIRS = 40
CHART = (380, 380)
BAR_MS = 300_000
STRONG, WEAK = 0.5, 0.2


def state(seen: Seen, reader: Reader) -> str:
    """Whether new signals may go out: breakers, pauses, and what is missing before anything can be judged."""
    warm = [feed for feed in seen.live.feeds if feed.now is not None and not feed.now.missing]
    if not warm:
        return said([reader.html("board-warming")])
    held = halt_lines(seen.live, seen.now, reader)
    return said(held or [reader.html("health-running")])


def signals(seen: Seen, reader: Reader) -> str:
    """Every open signal, newest first; the newest with their charts."""
    if not seen.open:
        return said([reader.html("active-none"), _since(seen, reader)])
    found = []
    for place, (one, progress) in enumerate(reversed(seen.open)):
        if place == LISTED:
            found.append(said([reader.html("board-more", count=len(seen.open) - LISTED)]))
            break
        head, *rest = open_lines(one, progress, seen.live, seen.now, reader)[1:]
        chart = _chart(one, seen.now, reader) if place < CHARTS else ""
        why = button(f"why {one.number}", reader.plain("board-why"))
        plan = _plan(one, reader)
        found.append(f'<article><h3>{head}</h3>{said([*rest, plan])}{chart}<p class="asks">{why}</p></article>')
    return f'<div class="open">{"".join(found)}</div>{said([reader.html("active-net")])}'


def _since(seen: Seen, reader: Reader) -> str:
    """Since when nothing is open, out of the curve of what closed."""
    closed = seen.slow.curve
    if closed:
        return reader.html("board-last-closed", at=reader.moment(closed[-1].at))
    return reader.html("board-first", at=reader.moment(seen.live.started_ms))


def _plan(one: StoredSignal, reader: Reader) -> str:
    orders = one.document["orders"]
    low, high = (reader.number(price) for price in orders["entry"])
    targets = " / ".join(reader.number(price) for price in dict.fromkeys(orders["tp"]))
    zone = low if low == high else f"{low} – {high}"
    return " · ".join(whole(part) for part in (zone, f"SL {reader.number(orders['sl'])}", f"TP {targets}"))


def _chart(one: StoredSignal, now: int, reader: Reader) -> str:
    """The chart is drawn anew with each bar of 5 minutes and each step."""
    url = f"/web/chart/{one.number}.svg?size=narrow&v={one.state}{now // BAR_MS}"
    return drawing(url, CHART, reader.plain("web-chart", number=str(one.number)))


def waiting(seen: Seen, reader: Reader) -> str:
    """Setups that passed everything but their 5m triggers."""
    ordered = sorted(seen.live.waiting, key=lambda one: (one.until, one.pair))
    if not ordered:
        return said([reader.html("watch-none")])
    rows = "".join(f"<li>{said([waiting_text(one, seen.now, reader)])}</li>" for one in ordered[:LISTED])
    return f'<ul class="plain">{rows}</ul>'


def layers(seen: Seen, reader: Reader) -> str:
    """What each layer says of each pair at its newest 15m close; of many pairs those that agree most."""
    pairs = [feed for feed in seen.live.feeds if feed.now is not None and not feed.now.missing]
    cold = len(seen.live.feeds) - len(pairs)
    if not pairs:
        return said([_warming(seen.live.feeds, reader)])
    if len(pairs) > PAIRS:
        pairs = sorted(pairs, key=lambda feed: -_agreement(feed.now))[:PAIRS]
    heads = [reader.html("record-pair"), *(reader.html("board-layer", name=name) for name in LAYER_NAMES)]
    heads += [reader.html("board-side", side=side) for side in ("long", "short")]
    rows = [_layer_row(feed.pair, feed.now, seen.live.least, reader) for feed in pairs if feed.now is not None]
    at = reader.clock(max(feed.now.ts for feed in pairs if feed.now is not None))
    told = [reader.html("board-layers-at", at=at, least=reader.number(seen.live.least, 2))]
    hidden = len(seen.live.feeds) - len(pairs)
    if hidden:
        told.append(reader.html("board-more-pairs", count=hidden, cold=str(cold)))
    return table(reader.html("board-layers"), heads, rows, "layers") + said(told)


def _warming(feeds: tuple[FeedState, ...], reader: Reader) -> str:
    """How far the warm-up is, by the pair that needs most."""
    missing = [feed.now.missing for feed in feeds if feed.now is not None]
    return reader.html("why-now-warm", bars=str(max(missing))) if missing else reader.html("board-warming")


def _agreement(now: Now | None) -> float:
    return 0.0 if now is None else max(now.long, now.short)


def _layer_row(pair: str, now: Now, least: float, reader: Reader) -> list[str]:
    cells = [_vote(*now.layers.get(name, (None, "unavailable")), reader) for name in LAYER_NAMES]
    sides = [
        f'<span class="{"met" if value >= least else "below"}">{escape(reader.number(round(value, 4), 2))}</span>'
        for value in (now.long, now.short)
    ]
    return [button(f"why {ticker(pair)}", ticker(pair)), *cells, *sides]


def _vote(score: float | None, state: str, reader: Reader) -> str:
    """A score for a long (above 0) or a short, coloured by how strong it is; else why there is none."""
    if score is None:
        why = reader.html("board-layer-state", state=state)
        return f'<span class="none" title="{why}">–<span class="hidden"> {why}</span></span>'
    kind = "strong" if abs(score) >= STRONG else "weak" if abs(score) >= WEAK else "calm"
    return f'<span class="{kind} {"for" if score > 0 else "against"}">{escape(reader.signed(score))}</span>'


def funnel(seen: Seen, reader: Reader) -> str:
    """Setups judged in the newest day: refused by what, waiting, published."""
    found = seen.slow.funnel
    if not found.judged:
        return said([reader.html("board-funnel-none")])
    steps = [(reader.html("board-refusal", reason=reason), count, "cut") for reason, count in found.refused.items()]
    steps.append((reader.html("board-published"), found.published, "fill"))
    rows = "".join(
        f'<li><span class="what">{name}</span><span class="count">{escape(reader.number(count))} · '
        f"{escape(reader.percent(count / found.judged, 1))}</span>{bar(count / found.judged, kind)}</li>"
        for name, count, kind in steps
    )
    told = reader.html("board-judged", count=reader.number(found.judged))
    return f'{said([told])}<ol class="bars">{rows}</ol>'


def feeds(seen: Seen, reader: Reader) -> str:
    """How old the newest data of each pair and each stream is, the worst first."""
    if not seen.live.feeds:
        return said([reader.html("card-tick-none")])
    streams = stream_lines(seen.live, seen.metrics, reader)
    return said(feed_lines(seen.live, seen.now, reader)) + (said(streams) if streams else "")
