"""What the senders did, brought to /metrics: sent, retried, dead, flood, unknown and dropped, by channel."""

from __future__ import annotations

from collections import Counter

from bot.clock import SystemClock
from bot.house import House

EVERY_S = 2.0
RESULTS = {
    "sent": "sent",
    "retried": "retried",
    "dead": "dead",
    "floods": "flood",
    "unknown": "unknown",
    "dropped": "dropped",
}


async def count_sends(house: House) -> None:
    """Add what is new to the counters, again and again. `unknown`: sent, and nobody knows whether it arrived."""
    clock = SystemClock()
    counted: Counter[tuple[str, str]] = Counter()
    while True:
        for line in house.people.lines:
            for name, result in RESULTS.items():
                count = getattr(line.sender.counts, name)
                house.metrics.sends.labels(channel=line.name, result=result).inc(count - counted[line.name, name])
                counted[line.name, name] = count
        await clock.sleep(EVERY_S)
