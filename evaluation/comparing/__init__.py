"""Models on the same rows: compared in pairs, judged for promotion, averaged over seeds."""
