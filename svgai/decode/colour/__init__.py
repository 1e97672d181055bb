"""What a file says of its colours, and those colours in sRGB."""
