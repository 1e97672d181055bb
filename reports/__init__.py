"""Building blocks of reports: Markdown with generated sections, numbers, tables, picture grids."""
