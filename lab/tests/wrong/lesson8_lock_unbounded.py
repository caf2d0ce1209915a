# suite: lesson8.lock
# caught by: bounded
# says: children were alive at once
# args: lock
# Starts all children before the first one may end.
import time

from twins import lesson8 as twin

def add_one(number, *args):
    time.sleep(2)
    documented(number, *args)


documented, twin.add_one = twin.add_one, add_one
twin.MOST = 10**9  # wrong

twin.main()
