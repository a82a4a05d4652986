"""Drivers as machine code: what Python gives, kept in whole files, loaded without the compiler, failing aloud."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.native import StepFailed, is_kept, native

HALVES = np.array([0.5, 1.5, 2.5])
PAIR = (HALVES, np.array([1, 2, 3]))
AGAIN = """
import sys
import numpy as np
from engine.native import native
from tests.engine.test_native import PAIR, total
found = np.zeros((1, 2))
assert native(total, sys.argv[1])(PAIR, 2.0, 3, found) == 3
assert found.tolist() == [[22.0, 3.0]]
sys.exit("numba" in sys.modules)
"""


def total(columns: Any, times: float, count: int, found: Any) -> int:
    """Sum of products, `times` over, into `found`; gives the count."""
    halves, wholes = columns
    for n in range(count):
        found[0, 0] += halves[n] * wholes[n] * times
    found[0, 1] = count
    return count


def nothing(values: Any) -> None:
    values[0] = 1 // values[1]


def wrong(values: Any) -> float:
    return float(values[0])


def test_it_gives_what_python_gives_whatever_the_arguments(tmp_path: Path) -> None:
    found, plain = np.zeros((1, 2)), np.zeros((1, 2))
    call = native(total, str(tmp_path))
    assert call(PAIR, 2.0, 3, found) == total(PAIR, 2.0, 3, plain) == 3
    assert found.tolist() == plain.tolist() == [[22.0, 3.0]]
    read_only = np.array(HALVES)
    read_only.flags.writeable = False
    assert call((read_only, PAIR[1]), 1.0, 2, found) == 2  # another kind of argument: compiled for itself
    assert len(list(tmp_path.iterdir())) == 2


def test_what_is_kept_is_loaded_without_the_compiler(tmp_path: Path) -> None:
    native(total, str(tmp_path))(PAIR, 2.0, 3, np.zeros((1, 2)))
    again = subprocess.run([sys.executable, "-c", AGAIN, str(tmp_path)], capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr


def test_a_damaged_file_is_compiled_anew(tmp_path: Path) -> None:
    native(total, str(tmp_path))(PAIR, 2.0, 3, np.zeros((1, 2)))
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-1])
    command = [sys.executable, "-c", AGAIN, str(tmp_path)]
    for compiler_was_imported in (1, 0):
        again = subprocess.run(command, capture_output=True, text=True, check=False)
        assert again.returncode == compiler_was_imported, again.stderr


def test_a_step_that_fails_is_not_passed_over() -> None:
    with pytest.raises(StepFailed, match="run it as plain Python"):
        native(nothing, "")(np.array([0, 0]))


def test_only_numbers_in_order_go_in_and_whole_ones_come_out(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="C order"):
        native(nothing, "")(np.zeros((4, 2))[:, 0])
    with pytest.raises(TypeError, match="must return an int or nothing"):
        native(wrong, str(tmp_path))(np.zeros(2))
    assert not is_kept(wrong, (), str(tmp_path))
    assert list(tmp_path.iterdir()) == []
