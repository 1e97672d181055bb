"""Who promotes."""

import getpass
import os


def current_user() -> str:
    """The name of the user; the number of one whom the machine has no name for, as in many containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"
