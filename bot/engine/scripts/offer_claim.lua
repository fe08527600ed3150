-- KEYS who has printed a code lately, the code of the first admin
-- ARGV mark of a new code, seconds in which no other process makes one, seconds to live
-- An earlier code counts no more. Returns 1, or 0 when another process has just made one.
if not redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[2]) then return 0 end
redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[2], 'mark', ARGV[1])
redis.call('EXPIRE', KEYS[2], ARGV[3])
return 1
