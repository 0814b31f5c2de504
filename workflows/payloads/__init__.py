"""What travels through Temporal: pydantic values, encrypted with a key kept outside of it."""
