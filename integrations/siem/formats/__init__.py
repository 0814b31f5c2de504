"""One file for each format: data that says where in the vendor's JSON each thing stands, after the vendor's documentation."""
