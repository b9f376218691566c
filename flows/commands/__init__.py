"""The commands of `materiel`, one module each, and what they share."""
