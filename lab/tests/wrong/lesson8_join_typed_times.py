# suite: lesson8.join
# caught by: times
# says: take at least
# args: join
# Prints the times of another machine.
from twins import lesson8 as twin

def say(*lines, said=twin.say):
    said(*("join in the loop 1.03 s" if line.startswith("join in") else line for line in lines))  # wrong


twin.say = say

twin.main()
