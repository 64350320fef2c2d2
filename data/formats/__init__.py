"""Kinds of files that hold rows, one a module: how their records are read, one by one."""
