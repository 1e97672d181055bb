"""
Makes the process that conversions are forked from outlive a request to end, as Python's own resource tracker does.

It ends with the service that owns it. BentoML's supervisor also signals the children of a process that it stops, and
without their fork server the conversions in flight would count as dead. Importing this module does it, against the
house rule, because a fork server runs nothing but imports before it forks.
"""

import signal

signal.signal(signal.SIGTERM, signal.SIG_IGN)
