"""Models on the same rows: compared in pairs, held to the promotion rule, averaged over seeds."""
