# suite: lesson8.lock
# caught by: bounded
# says: zombies
# args: lock
# Asks for no exit code before all children have been started.
import os

from twins import lesson8 as twin


class Child:
    exitcode = 0

    def __init__(self, pid):
        self.pid = pid

    def join(self):
        os.waitpid(self.pid, 0)


def start_many(count, work, *args, **_):
    children = []
    for number in range(count):
        pid = os.fork()
        if pid == 0:
            work(number, *args)
            os._exit(0)
        children.append(Child(pid))
        if number < count - 10:
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)  # wrong: it has ended, and stays
    return children


twin.start_many = start_many

twin.main()
