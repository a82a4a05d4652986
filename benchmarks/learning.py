"""What a night's training needs: labels, fits and the whole walk forward, beside scikit-learn and LightGBM."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.util import find_spec

import numpy as np

from benchmarks.bars import Bars
from benchmarks.line import Line, Target
from benchmarks.timing import seconds
from engine.decision.policy import Policy
from engine.learning.dataset import choose_inputs, matrix
from engine.learning.fit import fit_policy
from engine.learning.labels import COLUMNS, Labels, labelled
from engine.learning.model import hierarchical, with_intercept
from engine.learning.table import Floats
from engine.learning.train import train
from engine.readings import PRIOR_WEIGHTS
from tests.learning.world import REGIMES, World

SIZES = ((10_000, 3.0), (100_000, 30.0))  # labels, and the seconds a night may take
A_DAY, HIDDEN = 100, 0.1
Work = Callable[[], object]
PEERS = {
    "scikit-learn: logistic regression + isotonic, 5 folds": ("sklearn", "calibrated"),
    "LightGBM: 200 trees of 15 leaves": ("lightgbm", "boosted"),
}


def lines(bars: Bars) -> Iterator[Line]:
    """Milliseconds; of `bars` nothing is read: labels come from a seeded world of four regimes."""
    for count, allowed in SIZES:
        yield from _night(count, allowed)
    yield from _predicting(World(1))


def _night(count: int, allowed: float) -> Iterator[Line]:
    """Labels, the joint fit, and all of a training with its purged walk forward (a dozen blocks, five folds each)."""
    world = World(1, days=count // A_DAY, a_day=A_DAY, regimes=REGIMES)
    rest = {name: HIDDEN for name in COLUMNS}
    rows = [replace(row, features={**rest, **row.features}) for row in world.rows()]
    labels = labelled(rows, world.end)
    x = matrix(labels.raw, choose_inputs(labels))
    yield Line(f"{count:,} labels prepared", "ms", 1e3 * seconds(lambda: labelled(rows, world.end)))
    yield Line(f"joint fit of all books, {count:,} labels", "ms", 1e3 * seconds(lambda: _joint(labels, x)))
    ours = 1e3 * seconds(lambda: fit_policy(labels, world.end, {}, PRIOR_WEIGHTS))
    for peer, work in _peers(x, labels.y).items():
        theirs = None if work is None else 1e3 * seconds(work)
        yield Line(f"a policy: 5 purged folds, all books calibrated, {count:,}", "ms", ours, peer, theirs)
    nightly = 1e3 * seconds(lambda: train(rows, cut=world.end), rounds=1, warm=False)
    yield Line(f"a night's training, {count:,} labels", "ms", nightly, target=Target(1e3 * allowed))


def _predicting(world: World) -> Iterator[Line]:
    """Microseconds for one setup."""
    rows = world.rows()
    document = train(rows, cut=world.end).policy_document
    assert document is not None, "this world has an edge"
    policy, row = Policy.from_document(document), rows[0]
    ours = 1e3 * seconds(lambda: [policy.estimate(row.timeframe, row.regime, row.features) for _ in range(1000)])
    labels = labelled(rows, world.end)
    x = matrix(labels.raw, choose_inputs(labels))
    peer, theirs = "scikit-learn: predict_proba", None
    if find_spec("sklearn"):
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(C=0.1).fit(x, labels.y)
        theirs = 1e4 * seconds(lambda: [model.predict_proba(x[:1]) for _ in range(100)])
    yield Line("p of one setup with its bounds", "us", ours, peer, theirs, Target(20.0))


def _joint(labels: Labels, x: Floats) -> object:
    book = np.zeros(len(labels.y), dtype=np.int64)
    books = labels.books()
    for at, rows in enumerate(books.values()):
        book[rows] = at
    size = x.shape[1]
    design = with_intercept(x)
    prior = ([-0.4] + [0.0] * size, [0.5] + [0.25] * size, [0.2] + [0.12] * size)
    return hierarchical(design, labels.y, labels.weight, book, len(books), *prior)


def _peers(x: Floats, y: Floats) -> dict[str, Work | None]:
    makers: dict[str, Callable[[Floats, Floats], Work]] = {"calibrated": _calibrated, "boosted": _boosted}
    return {name: makers[made](x, y) if find_spec(module) else None for name, (module, made) in PEERS.items()}


def _calibrated(x: Floats, y: Floats) -> Work:
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=0.1, max_iter=200)
    return lambda: CalibratedClassifierCV(model, method="isotonic", cv=5, ensemble=False).fit(x, y)


def _boosted(x: Floats, y: Floats) -> Work:
    from lightgbm import LGBMClassifier

    model = LGBMClassifier(
        n_estimators=200, num_leaves=15, min_child_samples=50, learning_rate=0.05, n_jobs=2, verbose=-1
    )
    return lambda: model.fit(x, y)
