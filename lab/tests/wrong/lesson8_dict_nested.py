# suite: lesson8.dict
# caught by: nested
# says: no line `nested append [1]`
# args: dict
# Changes the list that is inside of the dictionary, not a copy.
from twins import lesson8 as twin

twin.append_to_nested = twin.update_nested  # wrong

twin.main()
