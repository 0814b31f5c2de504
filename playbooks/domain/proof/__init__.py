"""What makes the record provable: salted slots, Merkle trees, signed heads, witnesses, receipts and bundles. Pure."""
