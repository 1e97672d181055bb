"""What a run leaves beside its SVGs: a summary, a table, a gallery."""
