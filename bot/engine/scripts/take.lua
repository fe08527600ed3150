-- KEYS lane due state
-- ARGV lane name, lease seconds
-- Returns {"empty"} | {"wait", seconds} | {"withheld", delivery}
-- | {"send", delivery, thread, time until which the lane is leased}.
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local at = redis.call('ZSCORE', KEYS[2], ARGV[1])
if not at then return {'empty'} end
if tonumber(at) > now then return {'wait', tostring(tonumber(at) - now)} end
local head = redis.call('LINDEX', KEYS[1], 0)
if not head then
  redis.call('ZREM', KEYS[2], ARGV[1])
  return {'empty'}
end
local delivery = cjson.decode(head)
if delivery.fenced and tostring(delivery.epoch) ~= (redis.call('HGET', KEYS[3], 'epoch') or '0') then
  redis.call('LPOP', KEYS[1])
  return {'withheld', head}
end
local leased = tostring(now + tonumber(ARGV[2]))
redis.call('ZADD', KEYS[2], leased, ARGV[1])
return {'send', head, redis.call('HGET', KEYS[3], 'lane_thread') or '', leased}
