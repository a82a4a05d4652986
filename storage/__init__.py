"""The label store: every decision, signal, outcome and vote, and everything that must survive a kill."""
