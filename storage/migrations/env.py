"""Alembic's environment: migrations run on the connection that storage/migrate.py hands over."""

from __future__ import annotations

from alembic import context

from storage.schema import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, transactional_ddl=True)
context.run_migrations()
