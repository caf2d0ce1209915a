# suite: lesson8.isolation
# caught by: own-list
# says: is shared
# args: isolation
# Shares the list, by a manager, and calls that isolation.
import os

from twins import lesson8 as twin

def isolation(args):
    with twin.FORK.Manager() as manager:
        numbers = manager.list()  # wrong
        for number in range(args.count):
            twin.start(append, number, numbers).join()
        twin.say(f"ending {list(numbers)}")


def append(number, numbers):
    numbers.append(number)
    twin.say(f"say hi {list(numbers)} pid {os.getpid()}")


twin.isolation = isolation

twin.main()
