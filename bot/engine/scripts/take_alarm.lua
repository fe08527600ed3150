-- KEYS state alarms
-- ARGV conversation, lease seconds, the time until which the caller has leased its alarms or ""
-- Returns {} when none is due or another has leased them,
-- else {time until which they are leased, which try it is, the conversation's alarms}.
local score = redis.call('ZSCORE', KEYS[2], ARGV[1])
if not score then return {} end
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
if tonumber(score) > now and tonumber(score) ~= tonumber(ARGV[3]) then return {} end
local alarms = redis.call('HGET', KEYS[1], 'alarms')
if not alarms then
  redis.call('ZREM', KEYS[2], ARGV[1])
  return {}
end
local leased = string.format('%.6f', now + tonumber(ARGV[2]))
redis.call('ZADD', KEYS[2], leased, ARGV[1])
return {leased, redis.call('HINCRBY', KEYS[1], 'alarm_tries', 1), alarms}
