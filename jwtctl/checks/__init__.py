"""What audits look for: one file per check, found by listing the package."""
