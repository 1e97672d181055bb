"""What commands write with, and how a command line begins and ends."""
