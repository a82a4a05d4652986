"""The worked numbers in the docstrings of the store."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import storage

MODULES = [one.name for one in pkgutil.iter_modules(storage.__path__, "storage.") if not one.ispkg]


def test_the_modules_are_found() -> None:
    assert {"storage.ledger", "storage.database", "storage.outbox"} <= set(MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_examples_are_true(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
