"""Parts of Keras networks that several methods share."""
