"""Shared by the tests of the honesty tools."""

from __future__ import annotations

from tests.engine.conftest import simulated

__all__ = ["simulated"]
