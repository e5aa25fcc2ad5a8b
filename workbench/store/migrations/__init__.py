"""The history of the tables, as Alembic revisions; `HEAD` is the one that this program works with."""

from __future__ import annotations

HEAD = "0003"
