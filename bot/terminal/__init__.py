"""The terminal room: always there, also when every chat platform is down or in the enemy's hands."""
