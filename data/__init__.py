"""What a labelled sentence is, where rows come from, and how they are checked and split."""
