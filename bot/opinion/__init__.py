"""The second opinion: a language model is given the readings of a setup, and its answer becomes an event."""
