"""From a leak to everything it gives away: where keys meet the searches of `cryptanalysis`."""
