"""The on-call rota that comes with Muster: what a file says of it, and who is called when. Pure."""
