"""Reading the record for people: folded, released, told."""
