-- KEYS lane, the desk's lane, due state words, then the sent key of each delivery that was shown together
-- ARGV lane name, the desk's lane name, id of the first, message id at the platform, seconds to keep it
--   and a conversation, new thread or "", words as they were shown or "", then what the desk's lane gets
-- Returns how many messages the lane still holds, or -1 when another sender has settled this one.
local head = redis.call('LINDEX', KEYS[1], 0)
local delivery = head and cjson.decode(head)
if not head or delivery.id ~= ARGV[3] then return -1 end
for number = 6, #KEYS do
  redis.call('LPOP', KEYS[1])
  redis.call('SET', KEYS[number], ARGV[4], 'EX', ARGV[5])
end
for number = 9, #ARGV do
  redis.call('RPUSH', KEYS[2], ARGV[number])
  redis.call('ZADD', KEYS[3], 'NX', 0, ARGV[2])
end
redis.call('HDEL', KEYS[4], 'together:' .. ARGV[1], 'sends:' .. ARGV[1])
if ARGV[8] ~= '' then
  redis.call('HSET', KEYS[5], 'shown:' .. delivery.origin, ARGV[8])
  redis.call('EXPIRE', KEYS[5], ARGV[5])
end
if ARGV[7] ~= '' then
  -- What follows in the lane goes there; it is the case's thread unless a newer case waits to open.
  local newer = false
  for _, text in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
    newer = newer or type(cjson.decode(text).opens_thread) == 'string'
  end
  redis.call('HSET', KEYS[4], 'lane_thread', ARGV[7])
  if not newer then redis.call('HSET', KEYS[4], 'thread', ARGV[7]) end
elseif type(delivery.opens_thread) == 'string' then
  redis.call('HDEL', KEYS[4], 'lane_thread')
end
local left = redis.call('LLEN', KEYS[1])
if left == 0 then
  redis.call('ZREM', KEYS[3], ARGV[1])
  redis.call('HDEL', KEYS[4], 'slow:' .. ARGV[1])
else
  redis.call('ZADD', KEYS[3], 0, ARGV[1])
end
bound(KEYS[4], ARGV[6])
return left
