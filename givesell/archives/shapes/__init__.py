"""What the columns and keys of scraped posts mean."""
