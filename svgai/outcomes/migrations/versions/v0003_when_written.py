"""The time when a conversion was written, by the database's clock: rows may wait in a spool for days."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# In the form in which SQLAlchemy keeps times, which are compared as text.
_NOW = {"sqlite": "(strftime('%Y-%m-%d %H:%M:%f000', 'now'))", "postgresql": "now()"}


def upgrade() -> None:
    """Add the column; existing rows count as written when they were converted: equal times are read together."""
    kind = op.get_bind().dialect.name
    column = sa.Column("written_at", sa.DateTime(timezone=True), server_default=sa.text(_NOW[kind]), nullable=False)
    # SQLite adds no column with such a default but by copying the table.
    with op.batch_alter_table("conversions", recreate="always" if kind == "sqlite" else "never") as conversions:
        conversions.add_column(column)
    op.execute("UPDATE conversions SET written_at = created_at")
    op.create_index("ix_conversions_written_at", "conversions", ["written_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_conversions_written_at", "conversions")
    with op.batch_alter_table("conversions") as conversions:
        conversions.drop_column("written_at")
