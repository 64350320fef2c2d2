"""Where a model fails: figures by any column of the rows, and of the types above the labels."""
