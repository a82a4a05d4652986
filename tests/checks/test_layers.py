"""Every layer passes every check: the layers are found on disk, the checks by name, and what ran is counted."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

import engine.layers
from engine import records
from engine.layers import LAYERS, NAMES, base
from tests.checks.room import Room, Row, Said, random_rows, with_trades
from tests.checks.tapes import TEXTBOOK, mirror

RAN: set[tuple[str, str]] = set()


@cache
def tape() -> tuple[Row, ...]:
    rows = [
        dataclasses.replace(row, funding=0.0003 * (n * 7919 % 97 / 48.0 - 1.0) ** 3 if n % 8 == 7 else None)
        for n, row in enumerate(random_rows(2600, 17))
    ]
    return (*rows[:1500], *with_trades(rows[1500:1700], 2), *rows[1700:])


@cache
def whole() -> list[dict[str, Said]]:
    return Room().walk(tape())


def check_pure(layer: ModuleType) -> None:
    """`read` twice says the same and changes nothing it was not given to fill."""
    room = Room()
    for row in tape()[:400]:
        room.hear(row)
        layer.update(getattr(room.states, layer.NAME), room.f, room.x, room.k)
    state = getattr(room.states, layer.NAME)
    before = [records.to_array(v).tobytes() for v in (state, room.f, room.x)]
    said = []
    for _ in range(2):
        r, a = base.Reading(), base.Anchors()
        layer.read(state, room.f, room.x, room.k, r, a)
        said.append((records.to_array(r).tobytes(), records.to_array(a).tobytes()))
    assert said[0] == said[1]
    assert before == [records.to_array(v).tobytes() for v in (state, room.f, room.x)]


def check_deterministic(layer: ModuleType) -> None:
    """The same tape again: the same readings."""
    again = Room().walk(tape()[:600])
    assert [o[layer.NAME] for o in again] == [o[layer.NAME] for o in whole()[:600]]


def check_prefix_stable(layer: ModuleType) -> None:
    """Whatever the future brings, what was said stays said; and nothing is known before its bar closed."""
    for cut in (350, 777):
        room = Room()
        other = room.walk([*tape()[:cut], *mirror(tape()[cut : cut + 60])])
        assert [o[layer.NAME] for o in other[:cut]] == [o[layer.NAME] for o in whole()[:cut]]
        assert all(0 < room.a.known_at[i] <= room.ts for i in range(room.a.n))


def check_warm_up(layer: ModuleType) -> None:
    """Silent before its warm-up; long after it, 500 bars more of history change no vote by 1e-6 (recursive state)."""
    assert all(o[layer.NAME].state == base.UNAVAILABLE for o in whole()[: layer.WARMUP - 1])
    late = Room().walk(tape()[500:])
    for long, short in zip(whole()[-50:], late[-50:]):
        assert long[layer.NAME].state == short[layer.NAME].state
        assert long[layer.NAME].score == pytest.approx(short[layer.NAME].score, abs=1e-6)


def check_gap(layer: ModuleType) -> None:
    """Missing bars and lost streams break nothing."""
    rows = list(tape()[:700])
    rows[300] = dataclasses.replace(rows[300], skip=7, lost=(1, 2, 3))
    rows[500] = dataclasses.replace(rows[500], skip=300, taker_buy=None, book=None, oi=None)
    sound([o[layer.NAME] for o in Room().walk(rows)])


def check_flat_price(layer: ModuleType) -> None:
    """Nothing moves and nobody leans: no opinion, and no division by nothing."""
    even = Row(1000.0, 1000.0, 1000.0, 1000.0, 80.0, 40.0, 500.0, None, (999.5, 1000.5, 3.0, 3.0))
    rows = [dataclasses.replace(even, funding=0.0001 if n % 8 == 7 else None) for n in range(700)]
    said = [o[layer.NAME] for o in Room().walk(rows)]
    sound(said)
    assert all(o.score == 0.0 for o in said)


def check_zero_volume(layer: ModuleType) -> None:
    """Bars in which nothing traded, and an empty book."""
    rows = [
        dataclasses.replace(row, volume=0.0, taker_buy=0.0, trades=(), oi=0.0, book=(1.0, 1.0, 0.0, 0.0))
        for row in tape()[:400]
    ]
    sound([o[layer.NAME] for o in Room().walk([*tape()[:200], *rows])])
    sound([o[layer.NAME] for o in Room().walk(rows)])


def check_price_scale(layer: ModuleType) -> None:
    """A price a thousand times higher: the same score."""
    high = Room().walk([scaled(row, 1000.0) for row in tape()[:900]])
    for one, other in zip(whole(), high):
        assert one[layer.NAME].score == pytest.approx(other[layer.NAME].score, abs=1e-9)
        assert one[layer.NAME].state == other[layer.NAME].state


def check_mirrored(layer: ModuleType) -> None:
    """The tape upside down: the opposite score."""
    down = Room().walk(mirror(tape()[:1400]))
    for one, other in zip(whole(), down):
        assert one[layer.NAME].score == pytest.approx(-other[layer.NAME].score, abs=1e-9)


def check_bounded(layer: ModuleType) -> None:
    """In [-1, 1], sometimes for one side and sometimes for the other, and not always the same."""
    said = [o[layer.NAME] for o in whole()]
    sound(said)
    votes = [o.score for o in said if o.state in (base.LIVE, base.REBUILT)]
    assert min(votes) < -0.2 and max(votes) > 0.2
    assert abs(sum(votes) / len(votes)) < 0.2


def check_textbook(layer: ModuleType) -> None:
    """The textbook case reaches 0.6, and its mirror image -0.6."""
    rows = TEXTBOOK[layer.NAME]()
    for side, played in ((1, rows), (-1, mirror(rows))):
        last = Room().walk(played)[-1][layer.NAME]
        assert last.state == base.LIVE
        assert side * last.score >= 0.6


def check_unavailable(layer: ModuleType) -> None:
    """Without each thing it needs: no state, no score, at any bar."""
    assert layer.NEEDS
    for need in layer.NEEDS:
        rows = list(tape()[:600])
        if need == "candles":
            rows = rows[: layer.WARMUP - 1]
        for either in need.split("|"):
            rows = [without(row, either) for row in rows]
        room = Room()
        for said in room.walk(rows):
            assert (said[layer.NAME].state, said[layer.NAME].score) == (base.UNAVAILABLE, 0.0)


def check_declared(layer: ModuleType) -> None:
    """Its contract is whole: a docstring with its textbook case, facts that fit, needs that exist."""
    assert layer.__name__.rsplit(".", 1)[1] == layer.NAME
    assert 0.0 < layer.WEIGHT <= 1.0
    assert "textbook" in (layer.__doc__ or "").lower()
    assert 0 < len(layer.FACTS) == len(set(layer.FACTS)) <= base.FACT_SLOTS
    known = {"candles", "delta", "trades", "book", "open_interest", "funding"}
    assert {part for need in layer.NEEDS for part in need.split("|")} <= known
    assert layer.update in records.STEPS and layer.read in records.STEPS


def sound(said: list[Said]) -> None:
    for one in said:
        assert -1.0 <= one.score <= 1.0
        assert one.state in (0, 1, 2, 3)
        assert one.score == 0.0 or one.state in (base.LIVE, base.REBUILT)
        assert all(math.isfinite(fact) for fact in one.facts)


def scaled(row: Row, by: float) -> Row:
    book = row.book
    return dataclasses.replace(
        row,
        open=row.open * by,
        high=row.high * by,
        low=row.low * by,
        close=row.close * by,
        book=None if book is None else (book[0] * by, book[1] * by, book[2], book[3]),
        trades=[(ts, price * by, size, side) for ts, price, size, side in row.trades],
    )


def without(row: Row, stream: str) -> Row:
    match stream:
        case "delta":
            return dataclasses.replace(row, taker_buy=None, trades=())
        case "book":
            return dataclasses.replace(row, book=None)
        case "open_interest":
            return dataclasses.replace(row, oi=None)
        case "funding":
            return dataclasses.replace(row, funding=None)
    return row


CHECKS: dict[str, Callable[[ModuleType], None]] = {
    name: value for name, value in dict(globals()).items() if name.startswith("check_")
}


@pytest.mark.parametrize("layer", LAYERS, ids=NAMES)
@pytest.mark.parametrize("check", CHECKS)
def test_layer(check: str, layer: ModuleType) -> None:
    CHECKS[check](layer)
    RAN.add((check, layer.NAME))


def test_every_layer_on_disk_is_listed_and_checked(request: pytest.FixtureRequest) -> None:
    folder = Path(engine.layers.__file__).parent
    on_disk = {path.stem for path in folder.glob("*.py")} - {"__init__", "base"}
    assert on_disk == set(NAMES) == set(TEXTBOOK)
    asked = {item.name for item in request.session.items if item.name.startswith("test_layer[")}
    if not hasattr(request.config, "workerinput"):  # where several processes share the tests, none runs them all
        assert len(RAN) == len(asked)
    if len(asked) > 1:
        assert len(asked) == len(LAYERS) * len(CHECKS)
    assert len(CHECKS) == 13
