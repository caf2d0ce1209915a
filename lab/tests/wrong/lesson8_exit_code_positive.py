# suite: lesson8.processes
# caught by: exit-codes
# says: minus its number
# args: processes
# Reports the signal that ended a child as if it were an exit code.
from twins import lesson8 as twin

said = twin.say
twin.say = lambda *lines: said(*(line.replace("exitcode -", "exitcode ") for line in lines))  # wrong

twin.main()
