"""What is said of a delivery: reasons, the report, and what is still owed."""
