"""How what is due is carried out: one kind a file, each an async function of the run and of what is due."""
