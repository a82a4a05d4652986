"""Outcomes in the order of their R, for the record; totals group by group with what is added of them, for /stats."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INDEXES = {
    "outcomes": ("followable_r", "number", "closed_at"),
    "totals": ("dimension", "name", "day", "closed", "win", "lose", "r"),
}


def upgrade() -> None:
    for table, columns in INDEXES.items():
        op.create_index(op.f(_name(table)), table, list(columns), unique=False)


def downgrade() -> None:
    for table in INDEXES:
        op.drop_index(op.f(_name(table)), table_name=table)


def _name(table: str) -> str:
    return "_".join(("ix", table, *INDEXES[table]))
