"""Order blocks, breakers and gaps over their whole life, bar by bar, on drawn tapes."""

from __future__ import annotations

import pytest

from engine.layers import smc
from engine.market import zones
from engine.market.zones import BEAR, BREAKER, BULL, DEAD, FRESH, MITIGATED
from tests.checks.room import Room, Row
from tests.checks.tapes import bar, broken_up, legs, mirror, quiet


def walked(rows: list[Row]) -> Room:
    room = Room()
    room.walk(rows)
    return room


def fact(room: Room, name: str) -> float:
    return room.read()["smc"].facts[smc.FACTS.index(name)]


# The block of `broken_up` is 999.75 .. 1001.25. Bars after its break, as (low, close), and what the block is then:
#
#   1001.25 ┬───────────────────────────────────────────
#           │     block        ▼ close below   ▲ close above
#    999.75 ┴──────────────────┘ breaker ──────┘ dead
#
#   bar        1      2      3      4      5      6
#   low     1004   1001   1000.5  999.0  1000.5  1001
#   close   1005   1003   1001    999.5  1001.0  1001.5
LIFE = [
    (1004.0, 1005.0, FRESH, 1),  # above it
    (1001.0, 1003.0, MITIGATED, 1),  # the first return
    (1000.5, 1001.0, MITIGATED, 1),  # inside
    (999.0, 999.5, BREAKER, -1),  # a close below it: resistance
    (999.0, 1001.0, BREAKER, -1),  # back inside: a visit to the breaker
    (1000.0, 1001.5, DEAD, -1),  # a close above it
]


@pytest.mark.parametrize("side", [1, -1])
def test_the_life_of_a_block(side: int) -> None:
    rows = broken_up()
    path = [*legs(1024.0, (1005.5, 5))]
    last = 1005.5
    for low, close, _, _ in LIFE:
        path.append(Row(last, max(last, close) + 0.05, low, close))
        last = close
    tape = [*rows, *path]
    room = walked((tape if side > 0 else mirror(tape))[: len(tape) - len(LIFE)])
    place = (BULL if side > 0 else BEAR) * zones.STACK
    seen = []
    for row in (tape if side > 0 else mirror(tape))[len(tape) - len(LIFE) :]:
        room.step(row)
        z = room.states.smc.blocks
        seen.append((int(z.state[place]), int(z.role[place]) * side))
    assert seen == [(state, role) for _, _, state, role in LIFE]


def test_a_visit_to_a_breaker_speaks_for_the_other_side() -> None:
    """From below into the breaker 999.75 .. 1001.25, and not through; above lies the bear block of the fall, too."""
    fall = [*broken_up(), *legs(1024.0, (996.0, 7)), *legs(996.0, (1000.0, 4))]
    assert (fact(walked(fall), "order_block"), fact(walked(fall), "blocks_above")) == (-1.0, 2.0)


def test_the_block_is_the_last_down_bar_before_the_low_where_the_low_itself_rose() -> None:
    r"""
    1010       ___            a wick to 999 in a bar that rises: the low of the leg; the last down-close bar at or
           \  |  break        before it is the one from 1002 to 1001
    1001    \|/
     999     |
    """
    rows = [*quiet(40, 1004.0), *legs(1004.0, (1010.0, 6), (1001.0, 9))]
    rows += [Row(1001.0, 1002.25, 999.0, 1002.0), *legs(1002.0, (1012.0, 4))]
    z = walked(rows).states.smc.blocks
    assert (z.made[BULL], z.bar[0], z.low[0], z.high[0]) == (1, 54, 1000.75, 1002.25)
    assert rows[54].close < rows[54].open


def test_without_a_down_bar_in_the_twenty_before_the_low_there_is_no_block() -> None:
    """Every bar of the fall closes above its open: a fall by gaps."""
    rows = [*quiet(40, 1004.0), *legs(1004.0, (1010.0, 6))]
    rows += [Row(low, low + 0.5, low - 0.25, low + 0.25) for low in [1009.0 - 0.4 * n for n in range(24)]]
    rows += legs(rows[-1].close, (1012.0, 5))
    room = walked(rows)
    assert room.f.breaks.event > 0 or room.f.breaks.last > 0
    assert room.states.smc.blocks.made[BULL] == 0


def test_one_block_serves_one_break() -> None:
    r"""
    1012            /\ ......  / broken again: the pullback before it has no down-close bar, so that the last one is
    1010  /\.......//  ' ' ' /   still that of the fall to 1000, whose block is there already
    1000    \_____/
    """
    rows = [*quiet(40, 1004.0), *legs(1004.0, (1010.0, 6), (1000.0, 10), (1012.0, 6))]
    rows += [Row(low, low + 0.4, low - 0.1, low + 0.3) for low in (1011.0, 1010.5, 1010.0, 1009.5)]
    rows += legs(1009.8, (1015.0, 3))
    room, events = Room(), 0
    for row in rows:
        room.step(row)
        events += int(room.f.breaks.event > 0)
    assert events == 2
    z = room.states.smc.blocks
    assert (z.made[BULL], z.bar[0]) == (1, 55)


# A bull gap 1001.25 .. 1005.75 and how deep the next bar's low goes into it:
#
#   1005.75 ┬─── high[t-2] is its floor, low[t] its ceiling
#   1003.50 ┼─── midpoint
#   1001.25 ┴─── closed
@pytest.mark.parametrize(
    ("low", "filled", "open_"),
    [
        (1006.0, 0.0, 1),
        (1005.75, 0.0, 1),
        (1004.625, 0.25, 1),
        (1003.5, 0.5, 1),
        (1001.5, 17 / 18, 1),
        (1001.25, 1.0, 0),
        (1000.0, 1.0, 0),
    ],
)
@pytest.mark.parametrize("side", [1, -1])
def test_a_gap_is_filled_as_far_as_price_has_been(side: int, low: float, filled: float, open_: int) -> None:
    rows = [*quiet(40), bar(1000.0, 1001.0), bar(1001.0, 1006.0), bar(1006.0, 1008.0)]
    rows.append(Row(1008.0, 1008.25, low, 1007.0))
    rows.append(bar(1007.0, 1007.5))  # what was filled stays filled
    room = walked(rows if side > 0 else mirror(rows))
    z, place = room.states.smc.gaps, (BULL if side > 0 else BEAR) * zones.STACK
    assert (z.made[BULL if side > 0 else BEAR], z.open[place]) == (1, open_)
    assert min(1.0, zones.filled(z, place)) == pytest.approx(filled)
    if open_ and filled:
        middle = 1003.5 if side > 0 else 2048.0 - 1003.5
        assert (fact(room, "fair_value_gap"), fact(room, "gap_midpoint")) == (side, middle)


def test_equilibrium_is_the_middle_of_the_dealing_range() -> None:
    """Last confirmed low 999.5, last confirmed high 1007.5: above 1003.5 is premium, below it discount."""
    room = walked([*quiet(30), *legs(1000.0, (1006.0, 5), (999.75, 6), (1007.25, 7), (1003.5, 4))])
    assert (fact(room, "equilibrium"), fact(room, "place_in_range")) == (1003.5, 0.5)
