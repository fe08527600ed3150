-- KEYS due state
-- ARGV lane name, the time until which its sender has leased it, seconds, "slow" | "rest" | "keep",
--   seconds that a conversation is kept
-- Returns the time until which the lane rests or stays leased, or "" when the lease ran out and
-- somebody else has the lane now. A slow lane shows what waits in it together.
local leased = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not leased or tonumber(leased) ~= tonumber(ARGV[2]) then return '' end
local clock = redis.call('TIME')
local until_time = tostring(tonumber(clock[1]) + tonumber(clock[2]) / 1000000 + tonumber(ARGV[3]))
redis.call('ZADD', KEYS[1], until_time, ARGV[1])
if ARGV[4] ~= 'keep' then redis.call('HDEL', KEYS[2], 'sends:' .. ARGV[1]) end
if ARGV[4] == 'slow' then redis.call('HSET', KEYS[2], 'slow:' .. ARGV[1], 1) end
bound(KEYS[2], ARGV[5])
return until_time
