"""Campaigns: opened, fed, served and voted on."""
