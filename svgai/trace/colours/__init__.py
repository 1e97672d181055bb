"""The colours of areas: models of one colour or a gradient, mixtures, and what lies under transparency."""
