"""What connected vendors tell us, signed by them: pages acknowledged, tickets changed."""
