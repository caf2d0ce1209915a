# suite: lesson8.dict
# caught by: no-orphans
# says: orphans
# deadline: 8
# args: dict
# The library's manager does not notice the end of its parent.
from twins import lesson8 as twin

twin.die_with_the_parent = lambda parent=None: None  # wrong

twin.main()
