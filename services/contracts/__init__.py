"""The messages of every service: what may be asked, told and answered, and nothing else."""
