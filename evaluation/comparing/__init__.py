"""Models on the same rows: compared in pairs, held to the rule of promotion, averaged over seeds."""
