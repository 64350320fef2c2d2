"""What importers share: labels, spans, annotators and mojibake of foreign files."""
