"""From references to registered versions; promotion, its log and the leaderboard."""
