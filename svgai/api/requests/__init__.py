"""What a request is, before anything is done for it."""
