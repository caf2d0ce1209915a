# suite: lesson8.lock
# caught by: killed-child
# says: the exit code must be 0
# args: lock
# Gives up when one of its children was killed.
import sys

from twins import lesson8 as twin

def join_all(children):
    for child in children:
        child.join()
        if child.exitcode == -9 and len(children) > 10:
            sys.exit(1)  # wrong


twin.join_all = join_all

twin.main()
