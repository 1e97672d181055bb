"""Untrusted images, decoded in separate processes, to the models' inputs."""
