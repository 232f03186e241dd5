"""The demo world: companies, people and their papers, loaded through Portico's own doors."""
