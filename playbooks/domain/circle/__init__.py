"""What binds organizations in an incident: mandate, retainer, shared services, hybrid network, matching, cost."""
