-- KEYS bucket
-- ARGV seconds
-- A longer pause that is already set stays.
local clock = redis.call('TIME')
local until_time = tonumber(clock[1]) + tonumber(clock[2]) / 1000000 + tonumber(ARGV[1])
local set = tonumber(redis.call('HGET', KEYS[1], 'paused') or 0)
if until_time > set then
  redis.call('HSET', KEYS[1], 'paused', tostring(until_time))
  local needed = math.ceil(tonumber(ARGV[1])) + 60
  if redis.call('TTL', KEYS[1]) < needed then redis.call('EXPIRE', KEYS[1], needed) end
end
return 1
