"""Where lines of the log go, and in what form."""
