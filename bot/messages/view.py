"""A signal as its readers see it: the stored documents, and the first lines every message about it shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.messages.context import Context
from bot.messages.grade import grade
from bot.messages.markup import lines, plain
from bot.messages.over import Over, ProgressLike, over_of
from bot.messages.reader import Reader, ms_of, ticker
from bot.messages.width import packed
from bot.ports import Message
from engine.decision.signal import EXPIRY_MINUTES


@dataclass(frozen=True, slots=True)
class SignalView:
    """Everything a message about one signal needs: stored documents only, never engine objects.

    `counts` has up, down, no_fill, notes. A DEMO signal has a `demo_id` and neither number nor ledger. `context`: what
    surrounded it. `closed`: (closed at (ms), R) of the fills that closed in the day before its end, and of this one.
    `opinion`: how the second opinion stood to it (bot/messages/opinion.py; None: nobody was asked).
    """

    document: Mapping[str, Any]
    progress: Sequence[ProgressLike] = ()
    outcome: Mapping[str, Any] | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    simulated: bool = False
    demo: bool = False
    demo_id: int | None = None
    context: Context | None = None
    closed: Sequence[tuple[int, float]] = ()
    opinion: str | None = None

    @property
    def ts(self) -> int:
        """When the signal was published (ms)."""
        return ms_of(self.document["ts"])

    @property
    def valid_until(self) -> int:
        """When an unreached entry expires (ms)."""
        return self.ts + int(self.document["risk"]["expiry_minutes"]) * 60_000

    @property
    def button_number(self) -> int:
        """What the buttons carry: the signal's number, or the DEMO id."""
        return (self.demo_id or 0) if self.demo else int(self.document["number"])

    @property
    def single_target(self) -> bool:
        """Both targets are one price: all of the position leaves there."""
        first, second = self.document["orders"]["tp"]
        return bool(first == second)

    def step(self, state: str) -> ProgressLike | None:
        """The progress row of a state, if it happened."""
        return next((row for row in self.progress if row.state == state), None)

    @property
    def over(self) -> Over | None:
        """How the followable track ended, where it was told ahead of the outcome."""
        return over_of(self.progress)

    @property
    def ended(self) -> bool:
        """Nothing is left to follow, though the theoretical track may go on."""
        return self.outcome is not None or self.over is not None


def name(view: SignalView) -> str:
    """The signal's name: number and the ledger's 6-character tag, or its DEMO name.

    >>> name(SignalView({"number": 7, "ledger": {"hash": "9f3ac1ee"}}))
    '#7·9f3ac1'
    """
    if view.demo:
        return f"DEMO-{view.demo_id}"
    return f"#{view.document['number']}·{view.document['ledger']['hash'][:6]}"


def headline(view: SignalView, reader: Reader) -> str:
    """Side, ticker, grade and timeframe: what a push notification shows, and nothing else."""
    document = view.document
    return reader.html(
        "signal-headline",
        side=document["side"],
        ticker=ticker(document["pair"]),
        grade=grade(document),
        timeframe=document["timeframe"],
    )


def names(view: SignalView, reader: Reader, *more: str) -> list[str]:
    """The signal's name, whether it is a scalp, and what else stands beside it."""
    scalp = view.document["risk"]["expiry_minutes"] == EXPIRY_MINUTES["scalp"]
    return packed([f"<code>{name(view)}</code>", *(["Scalp"] if scalp else []), *more])


def simulated(sent: Message, reader: Reader) -> Message:
    """Any message of a simulated market, marked as such once."""
    mark = reader.html("mark-simulated")
    if plain(mark) in sent.text:
        return sent
    return replace(sent, html=lines(sent.html, mark), text=lines(sent.text, plain(mark)))


def marks(view: SignalView, reader: Reader) -> list[str]:
    """What keeps a reader from taking the message for more than it is."""
    found = []
    if view.simulated:
        found.append(reader.html("mark-simulated"))
    if view.demo:
        found.append(reader.html("mark-demo"))
    if view.document["mode"] == "paper":
        found.append(reader.html("mark-paper", n=reader.number(view.document["p_win_n"])))
    return found
