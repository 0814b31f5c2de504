"""The demo: one incident played from beginning to end, on the real parts."""
