"""Images to learn from and measure on: generated ones, folders of files, real logos."""
