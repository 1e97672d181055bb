"""A Bento put into service on one machine, behind nginx, without a gap: processes, proxy, smoke test, observation."""
