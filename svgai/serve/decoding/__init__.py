"""Images of strangers, decoded in processes of their own, to what the models see of them."""
