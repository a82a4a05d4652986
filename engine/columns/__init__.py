"""The batch path: recorded columns of many pairs, read, judged and walked ahead, told in one order."""
