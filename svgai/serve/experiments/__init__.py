"""A/B tests in the service: assignment of images to arms, shadow conversions, and the switch."""
