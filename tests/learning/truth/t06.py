"""T6: a challenger that is no better is not promoted, however often one looks; the playbook's gates promote it."""

from __future__ import annotations

from tests.learning.truth.markets import EQUAL, NO_EDGE, TILTED, setups, share_promoted
from tests.learning.truth.measured import Figure, Measured
from tests.learning.truth.playbook import ever_promotes

RUNS, DAYS = 400, 84
CONTROLS = 200


def measure() -> Measured:
    """Daily looks at 30 setups a day, in three worlds where the challenger is no better."""
    control = sum(ever_promotes(setups(EQUAL, DAYS, 60_000 + run), DAYS) for run in range(CONTROLS)) / CONTROLS
    return Measured(
        6,
        "false promotion, 400 null runs x 84 days",
        (
            Figure("equally good", share_promoted(EQUAL, DAYS, RUNS, 61_000), most=0.05),
            Figure("neither has an edge", share_promoted(NO_EDGE, DAYS, RUNS, 62_000), most=0.05),
            Figure("leaning to one side, rho 0.5", share_promoted(TILTED, DAYS, RUNS, 63_000), most=0.05),
            Figure("the playbook's gates alone, daily", control, least=0.50),
        ),
    )
