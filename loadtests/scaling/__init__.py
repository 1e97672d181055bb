"""How many services a load takes: what an image costs, how queues and autoscalers behave, and where limits lie."""
