# suite: lesson8.lock
# caught by: killed-owner
# says: 0 were told
# args: lock
# A lock that opens when its owner dies, but tells nobody.
from twins import lesson8 as twin

def enter(self):
    documented(self)
    return False  # wrong


documented = twin.RobustLock.__enter__
twin.RobustLock.__enter__ = enter

twin.main()
