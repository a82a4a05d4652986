"""Statements that are built once, and compiled once for the driver: its own text, and its values in their order.

SQLAlchemy finds what it compiled by comparing what a statement is made of, and dresses each answer for all that could
be asked of it. Where a message waits for thirty statements that is most of the store's time. A statement that is marked
here goes to the driver as it is in a unit of work (storage/hop.py); everywhere else the mark means nothing.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import ClauseElement, Dialect, Executable
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


class Answer(list[Any]):
    """The rows that a prepared statement gave, in the form of SQLAlchemy's; `rowcount` as of a driver's cursor.

    What SQLAlchemy's own result can do besides is not needed here, and its making takes longer than most statements.
    """

    rowcount = -1

    def all(self) -> Sequence[Any]:
        """Every row."""
        return self

    def first(self) -> Any:
        """The first row; None where there is none."""
        return self[0] if self else None

    def scalar(self) -> Any:
        """The first column of the first row; None where there is none."""
        return self[0][0] if self else None

    def scalar_one(self) -> Any:
        """The first column of the one row there is. Raises ValueError where there is another number of rows."""
        ((value, *_),) = self
        return value

    def scalars(self) -> list[Any]:
        """The first column of every row."""
        return [row[0] for row in self]


def _rows_of(columns: Sequence[str]) -> Callable[[Iterable[Any]], Any]:
    """What makes a row of its values: a named tuple that is read as SQLAlchemy's rows are."""
    plain = cast(Any, namedtuple)("Stored", columns)
    more = {"__slots__": (), "_mapping": property(lambda row: row._asdict())}
    make: Callable[[Iterable[Any]], Any] = cast(Any, type("Stored", (plain,), more))._make
    return make


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
        self._row: Callable[[Iterable[Any]], Any] | None = None

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
        answer = Answer()
        answer.rowcount = cursor.rowcount
        if rows:
            if self._row is None:
                self._row = _rows_of([column[0] for column in cursor.description])
            answer += map(self._row, rows)
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
