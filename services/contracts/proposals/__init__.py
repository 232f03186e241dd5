"""The proposals service's messages: proposals, quotes, and the signing of every document."""
