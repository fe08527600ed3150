-- KEYS state mailbox history cases
-- ARGV holder, lease seconds, most messages, "1" when this try counts, seconds that a conversation is kept
-- Returns {"busy", seconds left} | {"empty"} | {"work", version, tries, messages, history, cases, fields}.
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local lease = redis.call('HMGET', KEYS[1], 'holder', 'lease_until')
if lease[1] and lease[1] ~= ARGV[1] and tonumber(lease[2]) > now then
  return {'busy', tostring(tonumber(lease[2]) - now)}
end
redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'lease_until', tostring(now + tonumber(ARGV[2])))
local version = redis.call('HINCRBY', KEYS[1], 'version', 1)
bound(KEYS[1], ARGV[5])
if redis.call('LLEN', KEYS[2]) == 0 then return {'empty'} end
local tries = redis.call('HINCRBY', KEYS[1], 'tries', ARGV[4])
local most = tonumber(ARGV[3])
if tries > 1 then most = 1 end
return {'work', version, tries, redis.call('LRANGE', KEYS[2], 0, most - 1),
  redis.call('LRANGE', KEYS[3], 0, -1), redis.call('LRANGE', KEYS[4], 0, -1),
  redis.call('HMGET', KEYS[1], 'epoch', 'owner', 'memo', 'case', 'thread', 'alarms',
    'desk_for', 'draft', 'answer')}
