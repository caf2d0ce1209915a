# suite: lesson8.array
# caught by: typecodes
# says: `l` takes 8 bytes
# args: array
# Takes long for 4 bytes.
from twins import lesson8 as twin

twin.TYPECODES = [row[:3] + ((twin.ctypes.c_int,) if row[0] == "l" else row[3:]) for row in twin.TYPECODES]  # wrong

twin.main()
