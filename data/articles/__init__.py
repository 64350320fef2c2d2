"""Articles: what one is, which files hold them, their metadata, and reading them one by one."""
