"""What people said while the database was away: kept on this machine, offered again, never carried out blindly."""
