"""What may be asked of the outside, as data, and the pure decision of how often it may be tried."""
