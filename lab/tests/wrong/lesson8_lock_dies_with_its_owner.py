# suite: lesson8.lock
# caught by: killed-owner
# says: did not end in time
# deadline: 3
# args: lock
# The library's lock: when its owner is killed, it stays locked.
from twins import lesson8 as twin

twin.RobustLock = twin.FORK.Lock  # wrong

twin.main()
