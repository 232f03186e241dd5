"""What the pages of customers and of staff share: templates, forms, formats, addresses."""
