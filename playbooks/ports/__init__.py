"""What the outside must provide, one port a file; adapters live in `integrations/`."""
