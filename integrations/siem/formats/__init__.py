"""One file for each vendor: data that says where in its JSON each thing stands, after its documentation."""
