"""What the tables are made of: portable column types, and the checks and indexes that both dialects understand."""

from __future__ import annotations

from sqlalchemy import REAL, BigInteger, CheckConstraint, Column, Double, Index, Integer, MetaData, Text, text
from sqlalchemy.types import TypeEngine

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BIG: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")
NUMBER: TypeEngine[float] = Double().with_variant(REAL(), "sqlite")


def json_text(column: str) -> CheckConstraint:
    """On SQLite the text of a column, where there is one, must parse as JSON."""
    return CheckConstraint(f"{column} IS NULL OR json_valid({column})", name=f"{column}_json").ddl_if(dialect="sqlite")


def flag(name: str) -> Column[int]:
    """0 or 1, 0 unless given."""
    return Column(name, Integer, nullable=False, server_default=text("0"))


def words(name: str) -> Column[str]:
    """Text, empty unless given."""
    return Column(name, Text, nullable=False, server_default=text("''"))


def index_where(where: str, name: str, *columns: str) -> Index:
    """An index over only the rows that a condition names: small, however large the table grows."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))
