"""The demonstration: a museum made of sample pictures, from delivery to publication."""
