"""Everything on one machine: it is started and ended as a whole, and runs DAGs."""
