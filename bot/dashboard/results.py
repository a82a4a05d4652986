"""What came of it all: figures, the curve, whether win chances mean what they say, the model, its proof and rivals."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from bot.charts.calibration import LEAST
from bot.charts.equity import equity_told
from bot.commands.calibration import calibration_text, learned_text
from bot.dashboard.html import bar, drawing, said, table
from bot.dashboard.seen import Seen
from bot.messages.markup import escape
from bot.messages.model_card import LONGEST, looked_line
from bot.messages.opinion import board_lines
from bot.messages.reader import Reader
from bot.messages.stats_table import warnings
from bot.record.page import SIZES, tiles
from engine.decision.policy import ANY_BOOK, MIN_N_EFF

SHOWN = 12


def figures(seen: Seen, reader: Reader) -> str:
    """What all signals came to, losses and open ones too."""
    told = [reader.html("stats-net"), *(reader.escaped(one) for one in warnings(seen.slow.figures, reader))]
    return tiles(seen.slow.figures, reader) + said(told)


def equity(seen: Seen, reader: Reader) -> str:
    """The running sum of R of both tracks."""
    if not seen.slow.curve:
        return said([reader.html("equity-none")])
    told = equity_told(seen.slow.curve, reader)
    return drawing(_url("equity", seen, reader), SIZES["phone"], told) + said([reader.html("record-tracks")])


def _url(name: str, seen: Seen, reader: Reader) -> str:
    """A drawing of the record, another one whenever the record is."""
    return f"/record/{name}-phone.svg?lang={reader.locale}&v={seen.slow.mark}{seen.slow.night.get('cut', '')}"


def chances(seen: Seen, reader: Reader) -> str:
    """What was promised against what came, as `/calibration` tells it."""
    learned = seen.slow.status.get("forecasts") or {}
    rows = {name: one for name, one in seen.slow.told.items() if name}
    text = learned_text(learned, reader) if learned.get("bins") else calibration_text(seen.slow.told[""], rows, reader)
    _, *told = text.split("\n")
    if not learned.get("bins") and seen.slow.told[""].asked < LEAST:
        return said(told)
    shown = drawing(_url("calibration", seen, reader), SIZES["phone"], reader.plain("board-chances"))
    return shown + said(told)


def model(seen: Seen, reader: Reader) -> str:
    """The policy in force, its proof of edge, and its challengers with what they lack and how long it may take."""
    stored = seen.slow.policy
    if stored is None:
        return said([reader.html("model-none"), *_labels(seen, reader)])
    document = stored.document
    since = "none" if stored.effective_at is None else reader.moment(stored.effective_at)
    told = [
        reader.html("model-version", version=stored.version[:SHOWN]),
        reader.html("model-procedure", name=reader.plain("procedure", name=str(document.get("procedure", "")))),
        reader.html("model-since", since=since),
        reader.html("model-labels", labels=reader.number(document["labels"]), cut=reader.day(document["cut"])),
    ]
    return said([*told, *looked_line(seen.slow.status, reader)]) + _contest(seen.slow.status, reader)


def _labels(seen: Seen, reader: Reader) -> list[str]:
    """How many labels there are of those that a first model needs."""
    have = seen.slow.status.get("n_eff")
    return [] if have is None else [reader.html("board-labels", have=reader.number(math.floor(have)))]


def _contest(status: Mapping[str, Any], reader: Reader) -> str:
    """The proof of edge and every contest, each as E against what it needs."""
    proof, rivals = status.get("proof"), status.get("contests") or {}
    rows = [] if not proof else [_race(reader.html("board-proof"), proof, proof.get("mean"), (), reader)]
    for name, one in rivals.items():
        label = escape(reader.plain("procedure", name=name))
        rows.append(_race(f"⚔️ {label}", one, one["difference"], one["failed"], reader))
    told = [] if proof else [reader.html("model-proof-none")]
    told += [] if rivals else [reader.html("promote-none")]
    heads = [reader.html("board-race", name=name) for name in ("who", "e", "r", "left", "lacks")]
    shown = table(reader.html("board-contest"), heads, rows, "cards") if rows else ""
    return shown + (said(told) if told else "")


def _race(
    name: str, one: Mapping[str, Any], mean: float | None, failed: tuple[str, ...] | list[str], reader: Reader
) -> list[str]:
    left = one.get("days_left")
    days = "–" if left is None or left > LONGEST else reader.html("board-days", count=max(0, math.ceil(left)))
    lacks = ", ".join(reader.html("gate", name=gate) for gate in failed)
    return [name, _evidence(one, reader), "–" if mean is None else escape(reader.r(mean)), days, lacks or "–"]


def books(seen: Seen, reader: Reader) -> str:
    """Every book: proven or PAPER, with its sample and its proof."""
    stored = seen.slow.policy
    known: Mapping[str, Any] = {} if stored is None else stored.document["books"]
    proofs = seen.slow.status.get("books") or {}
    rows = [
        _book(name, row, proofs.get(name), reader)
        for name, row in sorted(known.items(), key=lambda item: (item[0] != ANY_BOOK, item[0]))
    ]
    if not rows:
        return said([reader.html("board-books-none")])
    heads = [reader.html("board-book", name=name) for name in ("name", "mode", "n", "e")]
    told = reader.html("board-books-rule", least=reader.number(round(MIN_N_EFF)))
    return table(reader.html("board-books"), heads, rows, "cards") + said([told])


def _book(name: str, row: Mapping[str, Any], proof: Mapping[str, Any] | None, reader: Reader) -> list[str]:
    label = reader.html("board-every-book") if name == ANY_BOOK else escape(name)
    mode = reader.html("board-mode", mode=str(row["mode"]))
    race = _evidence(proof, reader) if proof else "–"
    return [label, mode, escape(reader.number(math.floor(row["n_eff"]))), race]


def _evidence(one: Mapping[str, Any], reader: Reader) -> str:
    """E against what is needed; it grows by factors, so the bar is its logarithm's."""
    e, needed = one["e"], one["needed"]
    told = reader.html("board-e", e=reader.number(round(e, 1), 1), needed=reader.number(round(needed)))
    return told + bar(math.log(max(1.0, e)) / math.log(needed))


def opinion(seen: Seen, reader: Reader) -> str:
    """The second opinion: whether it is asked for, and what it was worth."""
    told = board_lines(seen.slow.opinions, reader)[2:]  # the part has a title of its own
    on = reader.html("board-opinion", on="yes" if seen.opinion else "no")
    return said(told if seen.opinion and told else [on, *told])
