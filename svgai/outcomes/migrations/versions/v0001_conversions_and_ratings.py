"""Conversions and their ratings."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "conversions",
        sa.Column("conversion_id", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("image_sha256", sa.String(64)),
        sa.Column("features", sa.JSON()),
        sa.Column("logo_type", sa.String(16)),
        sa.Column("confidence", sa.Float()),
        sa.Column("target", sa.Float()),
        sa.Column("min_worst", sa.Float()),
        sa.Column("parameters", sa.JSON()),
        sa.Column("predicted", sa.JSON()),
        sa.Column("ssim", sa.Float()),
        sa.Column("worst", sa.Float()),
        sa.Column("edge_ssim", sa.Float()),
        sa.Column("delta_e", sa.Float()),
        sa.Column("bytes", sa.Integer()),
        sa.Column("paths", sa.Integer()),
        sa.Column("met", sa.Boolean()),
        sa.Column("missed", sa.JSON(), nullable=False),
        sa.Column("trials", sa.Integer(), nullable=False),
        sa.Column("tried", sa.JSON(), nullable=False),
        sa.Column("seconds", sa.JSON(), nullable=False),
        sa.Column("model_version", sa.Text()),
        sa.Column("arm", sa.String(64)),
        sa.Column("cached", sa.Boolean(), nullable=False),
        sa.Column("key_name", sa.Text()),
        sa.Column("error_code", sa.String(32)),
        sa.PrimaryKeyConstraint("conversion_id", name="pk_conversions"),
    )
    if op.get_bind().dialect.name == "postgresql":
        # Rows of 3 kB in the page itself: to compress them, and to put parts elsewhere, takes as long as all the rest.
        op.execute("ALTER TABLE conversions SET (toast_tuple_target = 8160)")
    op.create_index("ix_conversions_created_at", "conversions", ["created_at"])
    op.create_index("ix_conversions_image_sha256", "conversions", ["image_sha256"])
    op.create_table(
        "ratings",
        sa.Column("conversion_id", sa.String(64), nullable=False),
        sa.Column("identifier", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text()),
        sa.PrimaryKeyConstraint("conversion_id", "identifier", name="pk_ratings"),
    )


def downgrade() -> None:
    """Drop both."""
    op.drop_table("ratings")
    op.drop_table("conversions")
