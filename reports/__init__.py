"""What reports are made of: Markdown with sections that are written anew, numbers, tables, grids of pictures."""
