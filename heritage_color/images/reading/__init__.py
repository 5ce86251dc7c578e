"""Reading: any master becomes an upright picture."""
