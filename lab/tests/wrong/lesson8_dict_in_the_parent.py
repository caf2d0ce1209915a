# suite: lesson8.dict
# caught by: server
# says: is the program itself
# args: dict
# Serves the dictionary in a thread of its own.
import os

from twins import lesson8 as twin

said = twin.say
twin.say = lambda *lines: said(*(  # wrong: there is no server
    line if not line.startswith("server") else f"server pid {os.getpid()} parent {os.getpid()}" for line in lines))

twin.main()
