"""Deliveries that come through the web application."""
