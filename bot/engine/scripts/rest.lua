-- KEYS due
-- ARGV lane name, the time until which its sender has leased it, seconds to rest
-- Returns 1, or 0 when the lease ran out and somebody else has the lane now.
local leased = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not leased or tonumber(leased) ~= tonumber(ARGV[2]) then return 0 end
local clock = redis.call('TIME')
redis.call('ZADD', KEYS[1],
  tostring(tonumber(clock[1]) + tonumber(clock[2]) / 1000000 + tonumber(ARGV[3])), ARGV[1])
return 1
