# suite: lesson8.array
# caught by: overflow
# says: no line `add i 2147483647 + 1: refused`
# args: array
# Every addition wraps around.
from twins import lesson8 as twin

def add(value, more, most):
    value.value += more  # wrong
    return value.value


twin.checked_add = add

twin.main()
