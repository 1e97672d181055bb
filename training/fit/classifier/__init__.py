"""The classifier fitted: what it sees, its network and second opinion, and what is exported."""
