# suite: lesson8.processes
# caught by: bounded
# says: children were alive at once
# args: processes
# Starts all children before the first one may end.
import time

from twins import lesson8 as twin

def hi(number, sleep):
    documented(number, sleep)
    time.sleep(2)


documented, twin.hi = twin.hi, hi
twin.MOST = 10**9  # wrong

twin.main()
