# suite: lesson8.array
# caught by: both-orders
# says: child 0 must see
# args: array
# Never lets the second child go first.
from twins import lesson8 as twin

def array(args, documented=twin.array):
    args.first = 0  # wrong
    documented(args)


twin.array = array

twin.main()
