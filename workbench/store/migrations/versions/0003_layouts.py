"""The lines that were found on pages, kept for the next reading."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, and what finds the pages of an image."""
    op.create_table(
        "layouts",
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("finder", sa.String(length=200), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("created", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"]),
        sa.PrimaryKeyConstraint("page_id", "finder"),
    )
    op.create_index("ix_pages_source", "pages", ["source"])
