# suite: lesson8.processes
# caught by: no-orphans
# says: orphans
# deadline: 8
# args: processes
# Children that do not notice the end of their parent.
from twins import lesson8 as twin

twin.die_with_the_parent = lambda parent=None: None  # wrong

twin.main()
