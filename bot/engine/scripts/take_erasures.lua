-- KEYS erasures of a partition
-- ARGV most, lease seconds
-- Returns those whose time has come, leased: they come again when nobody has settled them by then.
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])
for _, text in ipairs(due) do
  redis.call('ZADD', KEYS[1], string.format('%.6f', now + tonumber(ARGV[2])), text)
end
return due
