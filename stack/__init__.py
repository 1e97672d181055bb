"""The whole stack on one machine, by compose: made, started, verified, upgraded, saved and restored."""
