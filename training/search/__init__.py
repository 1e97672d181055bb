"""Many tracings of many images, measured: the table that the optimizer learns from."""
