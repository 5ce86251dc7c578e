"""The web application: a rating page for everyone, and staff pages to review, look things up and decide."""
