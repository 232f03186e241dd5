"""Lists of the office as CSV files: the same filters, scopes and branches as the list itself, page by page."""
