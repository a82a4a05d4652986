"""T3: calibration error as measured on fresh labels, of a calibrator fitted on five thousand."""

from __future__ import annotations

import numpy as np

from engine.learning.calibration import predict
from engine.learning.scores import ece, ece_debiased
from tests.learning.truth.measured import Figure, Measured
from tests.learning.truth.scores_world import TRUTHS, Truth, calibrated, drawn

LABELS, SEEDS, BINS = 5000, 60, 10


def measure() -> Measured:
    """Median and 95 % quantile over seeds of the debiased error; the plug-in one is reported, never a gate."""
    figures = []
    for name, truth in TRUTHS.items():
        debiased, plug_in = _errors(truth)
        figures += [
            Figure(f"debiased ECE-10, {name}: median", float(np.median(debiased)), most=0.010),
            Figure(f"debiased ECE-10, {name}: 95 %", float(np.quantile(debiased, 0.95)), most=0.020),
            Figure(f"plug-in ECE-10, {name}: median", float(np.median(plug_in))),
        ]
    return Measured(3, "measured calibration error on fresh labels", tuple(figures))


def _errors(truth: Truth) -> tuple[list[float], list[float]]:
    debiased, plug_in = [], []
    for seed in range(SEEDS):
        rng = np.random.default_rng(3000 + seed)
        row, fresh = calibrated(drawn(rng, truth, LABELS)), drawn(rng, truth, LABELS)
        p = predict(row, fresh.raw)
        debiased.append(ece_debiased(p, fresh.y, BINS) or 0.0)
        plug_in.append(ece(p, fresh.y, BINS) or 0.0)
    return debiased, plug_in
