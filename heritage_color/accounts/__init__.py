"""Accounts: who may sign in to the staff pages, with which roles."""
