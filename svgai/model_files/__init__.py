"""Folders of models: records of trainings, digests, metadata, and loading both models."""
