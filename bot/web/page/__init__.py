"""What a page shows, computed from what was released to its reader; pure, without HTML."""
