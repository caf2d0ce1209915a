# suite: lesson8.isolation
# caught by: ending-is-last
# says: (join) before the print
# args: isolation
# Prints the list before the children have ended.
import time

from twins import lesson8 as twin

def isolation(args):
    numbers = []
    children = twin.start_many(args.count, append, numbers)
    twin.say(f"ending {numbers}")  # wrong
    twin.join_all(children)


def append(number, numbers):
    time.sleep(0.1)
    documented(number, numbers)


documented = twin.append
twin.isolation = isolation

twin.main()
