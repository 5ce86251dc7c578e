"""Tags for the catalog, proposed by a conditional adversarial net."""
