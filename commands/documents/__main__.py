"""`make docs`: write the tables of the documents, in the current folder."""

from pathlib import Path

from commands.documents.reference_tables import write_references
from commands.terminal.entry import run

if __name__ == "__main__":
    run(lambda: write_references(Path.cwd()))
