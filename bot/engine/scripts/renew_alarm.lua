-- KEYS alarms
-- ARGV conversation, the time until which the caller has leased its alarms, lease seconds
-- Returns the new time, or "" when the lease is not the caller's any more.
local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not score or tonumber(score) ~= tonumber(ARGV[2]) then return '' end
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local leased = string.format('%.6f', now + tonumber(ARGV[3]))
redis.call('ZADD', KEYS[1], leased, ARGV[1])
return leased
