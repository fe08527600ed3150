-- KEYS memory
-- ARGV name of its data key's field, the wrapped key that must stand there, the same wrapped anew
-- Returns 1 when it was exchanged.
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
