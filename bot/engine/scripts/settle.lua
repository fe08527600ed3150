-- KEYS lane due state words, then the sent key of each delivery that was shown together
-- ARGV lane name, id of the first, message id at the platform, seconds to keep it, new thread or "",
--   words as they were shown or ""
-- Returns how many messages the lane still holds, or -1 when another sender has settled this one.
local head = redis.call('LINDEX', KEYS[1], 0)
local delivery = head and cjson.decode(head)
if not head or delivery.id ~= ARGV[2] then return -1 end
for number = 5, #KEYS do
  redis.call('LPOP', KEYS[1])
  redis.call('SET', KEYS[number], ARGV[3], 'EX', ARGV[4])
end
redis.call('HDEL', KEYS[3], 'together:' .. ARGV[1], 'sends:' .. ARGV[1])
if ARGV[6] ~= '' then redis.call('HSET', KEYS[4], 'shown:' .. delivery.origin, ARGV[6]) end
if ARGV[5] ~= '' then
  -- What follows in the lane goes there; it is the case's thread unless a newer case waits to open.
  local newer = false
  for _, text in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
    newer = newer or type(cjson.decode(text).opens_thread) == 'string'
  end
  redis.call('HSET', KEYS[3], 'lane_thread', ARGV[5])
  if not newer then redis.call('HSET', KEYS[3], 'thread', ARGV[5]) end
elseif type(delivery.opens_thread) == 'string' then
  redis.call('HDEL', KEYS[3], 'lane_thread')
end
local left = redis.call('LLEN', KEYS[1])
if left == 0 then
  redis.call('ZREM', KEYS[2], ARGV[1])
  redis.call('HDEL', KEYS[3], 'slow:' .. ARGV[1])
else
  redis.call('ZADD', KEYS[2], 0, ARGV[1])
end
return left
