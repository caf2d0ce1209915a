# suite: lesson8.lock
# caught by: exact
# says: additions were lost
# args: lock
# Adds without the lock.
import time

from twins import lesson8 as twin

def add_one(number, guard, temp, gate, late):
    value = temp[0]  # wrong
    time.sleep(0.002)
    temp[0] = 1 + value


twin.add_one = add_one

twin.main()
