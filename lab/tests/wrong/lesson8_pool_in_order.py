# suite: lesson8.pool
# caught by: order
# says: as they come
# args: pool
# imap_unordered that waits for the first one first.
from twins import lesson8 as twin

twin.Pool.imap_unordered = twin.Pool.map  # wrong

twin.main()
