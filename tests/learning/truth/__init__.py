"""The learner held against synthetic markets whose truth is known: T1 to T16, each measured by one function."""
