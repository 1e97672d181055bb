"""Images whose pixels are what they show, drawn as exact squares."""
