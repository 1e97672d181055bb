"""Capacity planning: the cost of an image, queues, autoscalers, and limits."""
