"""What binds the organizations to one another: membership, mandate, retainer, shared services, hybrid network, cost."""
