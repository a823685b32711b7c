"""What screens are made of; a widget knows nothing above it and posts messages."""
