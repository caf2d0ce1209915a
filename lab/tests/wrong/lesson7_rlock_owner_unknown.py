# suite: lesson7.rlock
# caught by: owner-ended
# says: owner ended
# Never asks what becomes of a lock whose owner ends.
import os

os.write(1, b"depth 1\ndepth 2\ndepth 3\n")
