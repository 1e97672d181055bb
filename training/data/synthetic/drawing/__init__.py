"""What all synthetic logos are drawn with: outlines, paint, colours, letters."""
