"""How each kind of entry changes a case: one file for each part of it, each with a table by kind."""
