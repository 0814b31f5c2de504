"""Matrix: one account on one homeserver as a ChatPort, end-to-end encrypted, and documents as Matrix messages."""
