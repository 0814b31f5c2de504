"""The language of incident response across organizations: values and pure rules, no I/O."""
