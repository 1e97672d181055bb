"""Fitting of the classifier: its inputs, its network and second opinion, and the export."""
