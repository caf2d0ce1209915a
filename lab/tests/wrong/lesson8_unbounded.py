# suite: lesson8.processes
# caught by: bounded
# says: children were alive at once
# args: processes
# Starts all children before the first one may end.
from twins import lesson8 as twin

twin.MOST = 10**9  # wrong

twin.main()
