"""What staff write down while they work: labels, notes, saved views, macros, what unclear words meant."""
