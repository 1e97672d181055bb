"""Results of a run besides its SVGs: a summary, a table, a gallery."""
