"""The release before beside this one: on one bus, over one set of databases, message by message."""
