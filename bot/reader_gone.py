"""Whoever read what a verb prints went away (`sharpsignal templates | head`): it ends without a word."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

SIGPIPE = 13  # a program that does not catch it ends with 128 + 13


@contextmanager
def quiet_pipe() -> Iterator[None]:
    """Ends with SystemExit(141) where standard output has no reader any more; any other broken pipe is raised on.

    What is still in Python's buffer at the end is written here, so that it cannot fail later, outside of any care.
    """
    try:
        yield
        _flush()
    except BrokenPipeError:
        if not _is_gone():
            raise
        _end()
    except BaseExceptionGroup as group:
        _others, rest = group.split(BrokenPipeError)
        if rest is not None or not _is_gone():
            raise
        _end()


def _flush() -> None:
    if sys.stdout is not None and not sys.stdout.closed:
        sys.stdout.flush()


def _is_gone() -> bool:
    """Whether it was our output that broke: what it did not take is still in its buffer and fails again."""
    try:
        sys.stdout.write("\n")
        sys.stdout.flush()
    except BrokenPipeError:
        return True
    except (OSError, ValueError, AttributeError):
        return False
    return False


def _end() -> None:
    """Let the interpreter flush into nothing at its exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    raise SystemExit(128 + SIGPIPE)
