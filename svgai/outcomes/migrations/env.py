"""Alembic's entry point: runs the migrations on the connection that QualityDatabase passes."""

from alembic import context

from svgai.outcomes.tables import TABLES

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=TABLES,
    # SQLite changes a table by copying it.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
