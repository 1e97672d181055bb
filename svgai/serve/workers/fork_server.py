"""
Makes the fork server of conversions ignore SIGTERM, like Python's resource tracker.

It exits with the service that owns it. BentoML's supervisor also signals the children of a process that it stops, and
without their fork server the conversions in progress would count as dead. This takes effect at import, an exception to
the rule that modules do nothing at import, because a fork server only runs imports before it forks.
"""

import signal

signal.signal(signal.SIGTERM, signal.SIG_IGN)
