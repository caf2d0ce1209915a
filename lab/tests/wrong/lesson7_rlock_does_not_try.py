# suite: lesson7.rlock
# caught by: plain
# says: nobody has tried for 100 ms
# Knows the answer and does not ask.
import os

os.write(1, b"depth 1\ndepth 2\ndepth 3\n")
os.write(1, b"plain lock, try again: no\nplain lock, 100 ms: no\n")  # wrong: that is no experiment
