"""Identity's messages: companies, branches, portals, people, sessions and who may do what."""
