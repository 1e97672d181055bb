"""Bodies of requests and answers, by endpoint."""
