"""The door: who asks, what they may, and how pages answer."""
