"""The options of the learning verbs, and how each verb is called."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from bot import verb_words as words

if TYPE_CHECKING:
    from bot.settings import Settings

Settled = Callable[[], "Settings"]
Say = Callable[[str], None]
Make = Callable[[str, str, str], argparse.ArgumentParser]
Verb = Callable[..., Coroutine[Any, Any, int]]
CUT = "use only labels known by then (default: now; no offset: UTC)"
SURE = "do it; without it only what would happen is told"


def learning_verbs(make: Make, settings: Settled, say: Say) -> None:
    """Add train, evaluate, policies, promote and rollback to the parser."""
    train = make("train", "learn from the label store now", words.TRAIN)
    walk = make("evaluate", "how good forecasts would have been, walking forward over the store", words.EVALUATE)
    for verb, shape in ((train, "the report as one JSON object"), (walk, "the figures as one JSON object")):
        verb.add_argument("--cut", metavar="ISO", help=CUT)
        verb.add_argument("--json", action="store_true", help=f"print {shape}")
    listed = make("policies", "every policy of this store, and the one in force", words.POLICIES)
    listed.add_argument("--json", action="store_true", help="print a JSON list")
    up = make("promote", "a challenger that has earned it becomes the champion", words.PROMOTE)
    up.add_argument("procedure", metavar="NAME", help="the challenger, as `train` and `policies` name it")
    back = make("rollback", "back to the champion before", words.ROLLBACK)
    for verb in (up, back):
        verb.add_argument("--yes", action="store_true", help=SURE)
    calls = {train: "train", walk: "evaluate", listed: "listing", up: "promote", back: "rollback"}
    for parser, name in calls.items():
        parser.set_defaults(verb=_call(name, settings, say))


def _call(name: str, settings: Settled, say: Say) -> Callable[[argparse.Namespace], int]:
    """A verb of bot/learning_verbs.py, given its own options in their order; loaded only when it is called."""

    def run(args: argparse.Namespace) -> int:
        from bot import learning_verbs

        verb: Verb = getattr(learning_verbs, name)
        options = [getattr(args, key) for key in ("procedure", "yes", "cut", "json") if hasattr(args, key)]
        return asyncio.run(verb(settings(), *options, say))

    return run
