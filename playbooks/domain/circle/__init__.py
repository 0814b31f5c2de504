"""What binds the organizations to one another in an incident: mandate, retainer, shared services, hybrid network, cost."""
