"""A trailing window kept in order, so that a quantile costs a look and a new value costs one pass.

`ring` holds the newest `size` values (value number i at i % size), `order` the same values rising. Both are plain
arrays of a record. A quantile is asked for before the current value is put in: it leaves it out.
"""

from __future__ import annotations

from engine.records import step


@step
def slide(ring: list[float], order: list[float], count: int, size: int, value: float) -> None:
    """Take value number `count` in (0 = first ever); the oldest leaves a full window.

    >>> ring, order = [0.0] * 3, [0.0] * 3
    >>> for n, v in enumerate((5.0, 1.0, 3.0, 2.0)): slide(ring, order, n, 3, v)
    >>> order                     # 5.0 has left
    [1.0, 2.0, 3.0]
    """
    held = min(count, size)
    place = held
    if count >= size:
        place = first_not_below(order, size, ring[count % size])
        while place < size - 1 and order[place + 1] < value:
            order[place] = order[place + 1]
            place += 1
    while place > 0 and order[place - 1] > value:
        order[place] = order[place - 1]
        place -= 1
    order[place] = value
    ring[count % size] = value


@step
def quantile(order: list[float], held: int, q: float) -> float:
    """The q-th quantile of `held` rising values, linear between ranks; 0 of none.

    >>> quantile([1.0, 2.0, 3.0, 4.0], 4, 0.5)
    2.5
    """
    if held <= 0:
        return 0.0
    at = q * (held - 1.0)
    low = int(at)
    if low >= held - 1:
        return order[held - 1]
    return order[low] + (order[low + 1] - order[low]) * (at - low)


@step
def share_below(values: list[float], held: int, value: float) -> float:
    """Share of the first `held` values, in any order, below `value`, ties counted half; 0.5 of none.

    >>> share_below([2.0, 1.0, 3.0, 2.0], 4, 2.0)
    0.5
    """
    return rank(values, held, value) / held if held > 0 else 0.5


@step
def rank(values: list[float], held: int, value: float) -> float:
    """How many of the first `held` values, in any order, are below `value`, ties counted half.

    Compiled, comparing a whole window at once is cheaper than keeping it in order.

    >>> rank([2.0, 1.0, 3.0, 2.0], 4, 2.0)
    2.0
    """
    halves = 0
    for i in range(held):
        v = values[i]
        halves += 2 if v < value else 1 if v == value else 0
    return 0.5 * halves


@step
def first_not_below(order: list[float], held: int, value: float) -> int:
    """How many of the rising values are below `value`."""
    low = 0
    high = held
    while low < high:
        middle = (low + high) // 2
        if order[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low


@step
def deviation(order: list[float], held: int, middle: float) -> float:
    """Median of |value - middle| over rising values (middle: their median): walks outward from the middle.

    >>> deviation([1.0, 1.0, 2.0, 2.0, 4.0, 6.0, 9.0], 7, 2.0)
    1.0
    """
    if held <= 0:
        return 0.0
    right = 0
    while right < held and order[right] < middle:
        right += 1
    left = right - 1
    last = 0.0
    before = 0.0
    for _ in range(held // 2 + 1):
        before = last
        if left < 0 or (right < held and order[right] - middle <= middle - order[left]):
            last = order[right] - middle
            right += 1
        else:
            last = middle - order[left]
            left -= 1
    if held % 2 == 1:
        return last
    return (last + before) / 2.0
