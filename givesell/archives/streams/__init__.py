"""Where bytes come from: files, packed and damaged streams, encodings, limits."""
