"""What `lint-layers` tells of checks that a short tape does not allow."""

from __future__ import annotations

from bot.lint_layers import Lint
from bot.lint_report import tell
from engine.audit.pair import PairAudit
from engine.audit.warm_up import Warmth
from engine.layers import NAMES


def test_what_a_short_tape_leaves_unchecked_is_told() -> None:
    short, long = Lint([PairAudit("A")]), Lint([PairAudit("A", warmth=[Warmth(NAMES[0], 15, 1, 1, 1, 1)])], restarts=1)
    said: dict[str, list[str]] = {"short": [], "long": []}
    tell(short, said["short"].append)
    tell(long, said["long"].append)
    words = "\nNot checked, since no tape is long enough: the warm-up of the layers, a restart."
    assert words in said["short"]
    assert not [line for line in said["long"] if "Not checked" in line]
