-- KEYS lines (hash), order (zset), revision counter, marker of this idempotency key
-- ARGV id, line, conversation as JSON, feed channel, lines kept, seconds kept, seconds of the marker
-- Returns the id under which the key is shown: the given one, or that of the first time.
local shown = redis.call('GET', KEYS[4])
if shown then return shown end
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return ARGV[1] end

local revision = redis.call('INCR', KEYS[3])
local stored = revision .. '|' .. revision .. '|' .. ARGV[2]
redis.call('HSET', KEYS[1], ARGV[1], stored)
redis.call('ZADD', KEYS[2], revision, ARGV[1])
redis.call('SET', KEYS[4], ARGV[1], 'EX', ARGV[7])

local surplus = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[5])
if surplus > 0 then
  for _, id in ipairs(redis.call('ZRANGE', KEYS[2], 0, surplus - 1)) do
    redis.call('HDEL', KEYS[1], id)
    redis.call('ZREM', KEYS[2], id)
  end
end
redis.call('EXPIRE', KEYS[1], ARGV[6])
redis.call('EXPIRE', KEYS[2], ARGV[6])
redis.call('PUBLISH', ARGV[4], '{"kind":"line","conversation":' .. ARGV[3] ..
  ',"sequence":' .. revision .. ',"revision":' .. revision .. ',"line":' .. ARGV[2] .. '}')
return ARGV[1]
