# suite: lesson8.lock
# caught by: too-early
# says: while children still run
# args: lock
# Shows no print that comes too early.
from twins import lesson8 as twin

def say(*lines, said=twin.say):
    said(*(f"{line.split()[0]} ---> {int(line.split()[0]) + 12}" if "--->" in line else line for line in lines))  # wrong


twin.say = say

twin.main()
