"""A/B tests, whether they were stopped, and the one that a conversion was part of."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make their table, and a column for it."""
    with op.batch_alter_table("conversions") as conversions:
        conversions.add_column(sa.Column("experiment", sa.String(128)))
    op.create_table(
        "experiments",
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("champion", sa.Text(), nullable=False),
        sa.Column("challenger", sa.Text(), nullable=False),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("began", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("name", name="pk_experiments"),
    )


def downgrade() -> None:
    """Drop both."""
    op.drop_table("experiments")
    with op.batch_alter_table("conversions") as conversions:
        conversions.drop_column("experiment")
