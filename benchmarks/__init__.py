"""How fast: each module here has `run()`, which prints ours and what it is compared with, measured in one run."""
