"""Work of the commands on this machine: its models, registry, deployment."""
