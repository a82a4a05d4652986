"""Alembic environment and versions; run by storage/migrate.py."""
