# suite: lesson8.pool
# caught by: callback-in-parent
# says: a callback runs in the program itself
# args: pool
# Calls back where the task has run.
from twins import lesson8 as twin

def say(line, *more, said=twin.say):
    words = line.split()
    if "callback" in words:
        line = f"{words[0]} worker {words[2]} callback {words[2]}"  # wrong, as if it had been called there
    said(line, *more)


twin.say = say

twin.main()
