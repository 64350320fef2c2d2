"""How far figures may lie from those measured: bootstrap, randomisation, seeds."""
