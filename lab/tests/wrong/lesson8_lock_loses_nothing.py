# suite: lesson8.lock
# caught by: lost-update
# says: no line `without the lock 12, expected 13`
# args: lock
# Runs the two additions without a lock one after the other, and hopes.
from twins import lesson8 as twin

def add(temp, mine, other):
    temp[0] += 1  # wrong: nothing forces them to meet


twin.add_without_lock = add
start = twin.start


def start_and_join(work, *args, **options):
    child = start(work, *args, **options)
    if work is add:
        child.join()
    return child


twin.start = start_and_join

twin.main()
