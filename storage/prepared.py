"""Statements that are built once, and compiled once for the driver: its own text, and its values in their order.

SQLAlchemy finds what it compiled by comparing what a statement is made of, and dresses each answer for all that could
be asked of it. Where a message waits for thirty statements that is most of the store's time. A statement that is marked
here goes to the driver as it is in a unit of work (storage/hop.py); everywhere else the mark means nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import ClauseElement, Dialect, Executable
from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

S = TypeVar("S", bound=Executable)
_MARKED: dict[Executable, dict[tuple[str, ...], Ready]] = {}


def prepared(statement: S) -> S:
    """Mark a statement that is kept and used again: of plain columns, each of its values given by name or written in.

    Lists that are given (an expanding `bindparam`) cannot be prepared. What is derived from it is not marked.
    """
    _MARKED[statement] = {}
    return statement


class Answer(IteratorResult[Any]):
    """What a prepared statement gave; `rowcount` as of a driver's cursor."""

    rowcount = -1


class Ready:
    """A statement as the driver wants it."""

    def __init__(self, statement: Executable, names: tuple[str, ...], dialect: Dialect) -> None:
        compiled = cast(ClauseElement, statement).compile(dialect=dialect, column_keys=list(names))
        assert isinstance(compiled, SQLCompiler)
        if any(bind.required for bind in compiled.post_compile_params):
            raise TypeError(f"cannot be prepared: {compiled}")
        state = compiled.construct_expanded_state(dict.fromkeys(names))
        assert state.positiontup is not None and not state.processors
        self.text = state.statement
        self._names = state.positiontup
        self._written = {name: value for name, value in state.parameters.items() if name not in names}
        self._shape: SimpleResultMetaData | None = None

    def run(self, driver: sqlite3.Connection, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> Answer:
        """Do it, once or for each set of parameters. Raises what SQLAlchemy raises."""
        given: Any = parameters
        try:
            if isinstance(parameters, Mapping):
                given = self._values(parameters)
                cursor = driver.execute(self.text, given)
            else:
                given = [self._values(one) for one in parameters]
                cursor = driver.executemany(self.text, given)
            rows = cursor.fetchall()
        except sqlite3.Error as error:
            raise translated(error, self.text, given) from error
        if self._shape is None:
            self._shape = SimpleResultMetaData([column[0] for column in cursor.description or ()])
        answer = Answer(self._shape, iter(rows))
        answer.rowcount = cursor.rowcount
        return answer

    def _values(self, parameters: Mapping[str, Any]) -> tuple[Any, ...]:
        known = {**self._written, **parameters}
        return tuple([known[name] for name in self._names])


def ready(statement: Executable, names: tuple[str, ...], dialect: Dialect) -> Ready | None:
    """A marked statement with values of these names, compiled at the first use; None for one that is not marked."""
    forms = _MARKED.get(statement)
    if forms is None:
        return None
    form = forms.get(names)
    if form is None:
        form = forms[names] = Ready(statement, names, dialect)
    return form


def translated(error: sqlite3.Error, statement: str = "", values: Any = None) -> Exception:
    """An error of the driver as SQLAlchemy would raise it."""
    return cast(Exception, DBAPIError.instance(statement, values, error, sqlite3.Error))
