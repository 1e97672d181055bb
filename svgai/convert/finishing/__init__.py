"""What a finished SVG is turned into where that is asked for; nothing here is done by default."""
