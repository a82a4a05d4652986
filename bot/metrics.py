"""Every number that /metrics shows, in a registry of our own (two programs in one process do not meet).

What alarms look at is kept besides as it was in the last minutes (bot/recent.py).
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.clock import Clock, SystemClock
from bot.recent import Recent

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Counters and gauges by name; labels are `endpoint, pair, exchange, regime` where they apply.

    >>> metrics = Metrics()
    >>> metrics.refused("BTC-USDT-SWAP", "trades", "duplicate", 2)
    >>> 'reason="duplicate",stream="trades"} 2.0' in metrics.text()
    True
    """

    def __init__(self, clock: Clock | None = None) -> None:
        clock = clock or SystemClock()
        self._alarms_on: frozenset[str] = frozenset()
        self.answers = Recent(clock)
        self.round_trips = Recent(clock)
        self.triggers = Recent(clock)
        self.asked_exchange = Recent(clock)
        self.registry = CollectorRegistry(auto_describe=True)
        self.refused_frames = self._counter(
            "refused_frames", "Market data that was refused, by reason", "exchange", "pair", "reason", "stream"
        )
        self.feed_restarts = self._counter(
            "feed_restarts", "Streams that broke and were started again", "exchange", "stream"
        )
        self.feed_lost = self._counter("feed_lost", "Streams of a pair that went stale", "exchange", "pair", "stream")
        self.feed_age = self._gauge("feed_age_seconds", "Time since the last event", "exchange", "pair", "stream")
        self.ws_round_trip = self._gauge("ws_round_trip_seconds", "From ping to pong", "exchange", "endpoint")
        self.exchange_requests = self._counter(
            "exchange_requests",
            "HTTP requests to the exchange: ok, rate_limited or error",
            "exchange",
            "endpoint",
            "result",
        )
        self.exchange_latency = self._histogram(
            "exchange_request_seconds", "Time of an HTTP request to the exchange", "exchange", "endpoint"
        )
        self.requests = self._counter("requests", "HTTP requests to us", "endpoint", "status")
        self.latency = self._histogram("request_seconds", "Time of an HTTP request to us", "endpoint")
        self.events = self._counter("events", "Events that the engine took", "exchange", "kind")
        self.event_seconds = self._histogram("event_seconds", "How long what an event caused took to be stored", "kind")
        self.errors = self._counter("errors", "Errors that were caught at an edge", "where")
        self.decisions = self._counter("decisions", "Setups judged", "pair", "regime", "verdict")
        self.signals = self._counter("signals", "Signals published", "pair", "regime")
        self.outcomes = self._counter("outcomes", "Signals closed", "pair", "regime", "result")
        self.opinions = self._counter("opinions", "Second opinions: BUY, SELL, HOLD, or why there was none", "result")
        self.sends = self._counter(
            "sends", "Messages to people: sent, retried, dead, flood, unknown, dropped", "channel", "result"
        )
        self.outbox_pending = self._gauge("outbox_pending", "Messages waiting to be sent")
        self.outbox_age = self._gauge("outbox_age_seconds", "Age of the oldest waiting message")
        self._objectives()

    def _objectives(self) -> None:
        """What the product is held to (bot/slo.py), beside what is counted above."""
        self.win_rate = self._gauge(
            "win_rate", "Share of wins among fills: by bin of the chance that was told, and by regime", "bin", "regime"
        )
        self.inversion = self._gauge(
            "win_rate_inversion", "Largest step down between neighbouring bins, in its standard errors", "regime"
        )
        self.time_to_trigger = self._histogram(
            "time_to_trigger_seconds", "From the close that decided to the stored signal"
        )
        self.alarms = self._gauge("alarm", "1 while a figure is beyond its bound", "slo")

    def refused(self, pair: str, stream: str, reason: str, count: int = 1, exchange: str = "okx") -> None:
        """Count market data that was not let in."""
        self.refused_frames.labels(exchange=exchange, pair=pair, reason=reason, stream=stream).inc(count)

    def answered(self, endpoint: str, status: str, seconds: float) -> None:
        """An HTTP request to us was answered."""
        self.requests.labels(endpoint=endpoint, status=status).inc()
        self.latency.labels(endpoint=endpoint).observe(seconds)
        self.answers.add(endpoint, seconds, status)

    def round_trip(self, endpoint: str, seconds: float, exchange: str = "okx") -> None:
        """A pong came back."""
        self.ws_round_trip.labels(exchange=exchange, endpoint=endpoint).set(seconds)
        self.round_trips.add(endpoint, seconds)

    def exchange_answered(self, endpoint: str, result: str, seconds: float, exchange: str = "okx") -> None:
        """The exchange answered a request, or did not: ok, rate_limited or error."""
        self.exchange_requests.labels(exchange=exchange, endpoint=endpoint, result=result).inc()
        self.exchange_latency.labels(exchange=exchange, endpoint=endpoint).observe(seconds)
        self.asked_exchange.add(endpoint, seconds, result)

    def triggered(self, seconds: float) -> None:
        """A signal was stored so long after the close that decided."""
        self.time_to_trigger.observe(seconds)
        self.triggers.add("signal", seconds)

    def alarm(self, slo: str, on: bool) -> None:
        """Whether a figure is beyond its bound."""
        self.alarms.labels(slo=slo).set(on)
        self._alarms_on = self._alarms_on - {slo} | ({slo} if on else set())

    def alarm_on(self, slo: str) -> bool:
        """The same, asked."""
        return slo in self._alarms_on

    def text(self) -> str:
        """The whole registry in Prometheus' text format."""
        return generate_latest(self.registry).decode()

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(f"sharpsignal_{name}", what, labels, registry=self.registry)

    def _gauge(self, name: str, what: str, *labels: str) -> Gauge:
        return Gauge(f"sharpsignal_{name}", what, labels, registry=self.registry)

    def _histogram(self, name: str, what: str, *labels: str) -> Histogram:
        return Histogram(f"sharpsignal_{name}", what, labels, registry=self.registry, buckets=_FAST)
