"""The restore drill: a backup of everything at one moment, a copy made of it, and the proof that it is whole."""
