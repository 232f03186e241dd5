"""Identity: companies, branches, portals, people, sessions and who may do what."""
