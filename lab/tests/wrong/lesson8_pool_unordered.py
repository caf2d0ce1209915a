# suite: lesson8.pool
# caught by: order
# says: no line `map [100
# args: pool
# map in the order in which the results come.
from twins import lesson8 as twin

twin.Pool.map = lambda self, function, items: list(reversed(  # wrong
    [result.get() for result in [self.apply_async(function, (item,)) for item in items]]))

twin.main()
