"""PlaybookWorkflow: drives the interpreter of `playbooks/cacao` through one run."""
