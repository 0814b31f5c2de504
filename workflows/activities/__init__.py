"""What workflows ask of the outside: one class a port; `effects` is the one door out."""
