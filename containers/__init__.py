"""What a container image of the service holds: sizes, licences, a bill of materials, and known vulnerabilities."""
