# suite: lesson8.processes
# caught by: leaves-nothing
# says: its child processes go on
# deadline: 8
# args: processes
# Leaves a helper process behind.
import os
import time

from twins import lesson8 as twin

def processes(args, documented=twin.processes):
    documented(args)
    if os.fork() == 0:  # wrong: nobody waits for it, and nothing ends it
        time.sleep(60)
        os._exit(0)


twin.processes = processes

twin.main()
