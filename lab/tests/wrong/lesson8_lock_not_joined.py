# suite: lesson8.lock
# caught by: exact
# says: read before all had ended
# args: lock
# Prints the counter when the children have been started.
from twins import lesson8 as twin

def lock(args):
    guard, temp, gate = twin.RobustLock(), twin.FORK.Array("i", [11], lock=False), twin.FORK.Event()
    children = twin.start_many(args.count, twin.add_one, guard, temp, gate, args.count - 10)
    twin.say(f"counter {temp[0]}")  # wrong
    gate.set()
    twin.join_all(children)


twin.lock = lock

twin.main()
