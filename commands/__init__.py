"""What the `svgai` command needs beside the rooms it opens: the terminal, and work done on this machine."""
