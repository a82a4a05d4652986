"""What a replay leaves behind: the three JSON Lines files, the hash of its ticks, the summary and the report."""
