"""Zero-downtime deployment of a Bento on one machine behind nginx: processes, proxy, smoke test, observation."""
