-- KEYS waits, edition of the board
-- ARGV id and wait, most
-- Returns 1 when it was not noted yet.
if redis.call('LPOS', KEYS[1], ARGV[1]) then return 0 end
redis.call('LPUSH', KEYS[1], ARGV[1])
redis.call('LTRIM', KEYS[1], 0, ARGV[2] - 1)
redis.call('INCR', KEYS[2])
return 1
