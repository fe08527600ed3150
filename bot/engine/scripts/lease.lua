-- KEYS lease
-- ARGV holder, milliseconds
-- Returns 1 when the holder has the lease now, 0 when another has it.
local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
