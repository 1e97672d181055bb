"""What clients send and get, by the call."""
