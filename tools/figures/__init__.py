"""The figures of docs/images, each drawn by the program of its name."""
