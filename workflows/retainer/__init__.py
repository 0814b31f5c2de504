"""The clocks of a call on the vendor on retainer."""
