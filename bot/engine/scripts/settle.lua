-- KEYS lane, the desk's lane, due state words origins news, then the sent key of each delivery that was shown
--   together
-- ARGV lane name, the desk's lane name, id of the first, message id at the platform, seconds to keep it
--   and a conversation, new thread or "", words as they were shown or "", news of the thread, then what the desk's lane gets
-- Returns how many messages the lane still holds, or -1 when another sender has settled this one.
local head = redis.call('LINDEX', KEYS[1], 0)
local delivery = head and cjson.decode(head)
if not head or delivery.id ~= ARGV[3] then return -1 end
for number = 8, #KEYS do
  redis.call('LPOP', KEYS[1])
  redis.call('SET', KEYS[number], ARGV[4], 'EX', ARGV[5])
end
for number = 10, #ARGV do
  redis.call('RPUSH', KEYS[2], ARGV[number])
  redis.call('ZADD', KEYS[3], 'NX', 0, ARGV[2])
end
redis.call('HDEL', KEYS[4], 'together:' .. ARGV[1], 'sends:' .. ARGV[1])
if ARGV[8] ~= '' then
  redis.call('HSET', KEYS[5], 'shown:' .. delivery.origin, ARGV[8])
  redis.call('EXPIRE', KEYS[5], ARGV[5])
end
if type(delivery.origin) == 'string' then
  -- What was shown long ago is changed no more: only so does a conversation that never rests stay small.
  local now, kept = tonumber(redis.call('TIME')[1]), tonumber(ARGV[5])
  redis.call('ZADD', KEYS[6], 'NX', now, delivery.origin)
  redis.call('EXPIRE', KEYS[6], kept)
  for _, origin in ipairs(redis.call('ZRANGEBYSCORE', KEYS[6], '-inf', now - kept)) do
    for _, what in ipairs({'delivery:', 'changed:', 'last:', 'shown:'}) do
      redis.call('HDEL', KEYS[5], what .. origin)
    end
    redis.call('ZREM', KEYS[6], origin)
  end
end
if ARGV[7] ~= '' then
  -- What follows in the lane goes there; it is the case's thread unless a newer case waits to open.
  local newer = false
  for _, text in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
    newer = newer or type(cjson.decode(text).opens_thread) == 'string'
  end
  redis.call('HSET', KEYS[4], 'lane_thread', ARGV[7])
  redis.call('HINCRBY', KEYS[4], 'openings', 1)
  redis.call('RPUSH', KEYS[7], ARGV[9])
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
