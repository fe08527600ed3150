-- KEYS state
-- ARGV holder, lease seconds
-- Returns 1, or 0 when somebody else holds the conversation now.
if redis.call('HGET', KEYS[1], 'holder') ~= ARGV[1] then return 0 end
local clock = redis.call('TIME')
redis.call('HSET', KEYS[1], 'lease_until',
  tostring(tonumber(clock[1]) + tonumber(clock[2]) / 1000000 + tonumber(ARGV[2])))
return 1
