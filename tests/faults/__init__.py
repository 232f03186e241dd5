"""Kills what Portico runs on while customers pay, sign and ask, and proves that nothing was lost or done twice."""
