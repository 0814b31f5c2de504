"""What lives in PostgreSQL: record, ledger, leases, effects, inbox, outbox, content."""
