"""What people and jobs make of the quality store: exports, reports, experiments."""
