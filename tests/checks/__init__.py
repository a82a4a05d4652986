"""Checks that every layer must pass, and the small machine that runs layers over a tape made by hand or by chance."""
