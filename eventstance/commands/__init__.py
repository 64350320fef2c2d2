"""What each command takes, does and prints; all that is read or decided lies below."""
