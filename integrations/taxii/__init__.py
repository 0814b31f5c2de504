"""TAXII 2.1 (OASIS, taxii-v2.1-os), the client's side: one collection on one server, to give to and to take from."""
