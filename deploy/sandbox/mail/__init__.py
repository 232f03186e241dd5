"""A stand-in of the mail server: catches every mail and shows it."""
