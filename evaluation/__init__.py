"""How good conversion is beside other tracers and the designer's file."""
