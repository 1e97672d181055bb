"""Images for training and evaluation: generated ones, folders of files, real logos."""
