"""The training of Keras networks."""
