"""HTML pages that need nothing beside themselves."""
