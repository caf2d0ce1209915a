# suite: lesson8.pool
# caught by: no-orphans
# says: orphans
# deadline: 8
# args: pool
# Workers that wait for tasks when nobody is left to send any.
from twins import lesson8 as twin

twin.die_with_the_parent = lambda parent=None: None  # wrong

twin.main()
