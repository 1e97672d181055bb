"""The tables of the quality database. A change here needs a migration, which a test compares with it."""

from sqlalchemy import JSON, Boolean, Column, DateTime, FetchedValue, Float, Integer, MetaData, String, Table, Text

REVISION = "0003"
"""Revision of the last migration. Later ones are greater, and only add what older code can omit."""

TABLES = MetaData(naming_convention={"pk": "pk_%(table_name)s", "ix": "ix_%(column_0_label)s"})

CONVERSIONS = Table(
    "conversions",
    TABLES,
    Column("conversion_id", String(64), primary_key=True),
    Column("created_at", DateTime(timezone=True), nullable=False, index=True),
    Column("image_sha256", String(64), index=True),
    Column("features", JSON(none_as_null=True)),
    Column("logo_type", String(16)),
    Column("confidence", Float),
    Column("target", Float),
    Column("min_worst", Float),
    Column("parameters", JSON(none_as_null=True)),
    Column("predicted", JSON(none_as_null=True)),
    Column("ssim", Float),
    Column("worst", Float),
    Column("edge_ssim", Float),
    Column("delta_e", Float),
    Column("bytes", Integer),
    Column("paths", Integer),
    Column("met", Boolean),
    Column("missed", JSON, nullable=False),
    Column("trials", Integer, nullable=False),
    Column("tried", JSON, nullable=False),
    Column("seconds", JSON, nullable=False),
    Column("model_version", Text),
    Column("arm", String(64)),
    Column("experiment", String(128)),
    Column("cached", Boolean, nullable=False),
    Column("key_name", Text),
    Column("error_code", String(32)),
    Column("written_at", DateTime(timezone=True), FetchedValue(), nullable=False, index=True),
)

RATINGS = Table(
    "ratings",
    TABLES,
    Column("conversion_id", String(64), primary_key=True),
    Column("identifier", String(64), primary_key=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("rating", Integer, nullable=False),
    Column("comment", Text),
)

EXPERIMENTS = Table(
    "experiments",
    TABLES,
    Column("name", String(128), primary_key=True),
    Column("champion", Text, nullable=False),
    Column("challenger", Text, nullable=False),
    Column("mode", String(16), nullable=False),
    Column("share", Float, nullable=False),
    Column("began", DateTime(timezone=True), nullable=False),
    Column("stopped", DateTime(timezone=True)),
    Column("reason", Text),
)
