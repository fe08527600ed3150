-- KEYS presence, edition of the board
-- ARGV agent, time, what they said
-- Returns 1 when the board has changed: what was said later stays.
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known and tonumber(string.match(known, '^[^|]+')) >= tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. '|' .. ARGV[3])
redis.call('INCR', KEYS[2])
return 1
