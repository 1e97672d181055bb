"""What makes a service of what converts: today, the contact with BentoML's insides."""
