-- KEYS threads (hash), order (zset), revision counter
-- ARGV thread id, thread as JSON, feed channel, threads kept
-- Returns 1 when the thread is new, else 0.
if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end

redis.call('ZADD', KEYS[2], redis.call('INCR', KEYS[3]), ARGV[1])
local surplus = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[4])
if surplus > 0 then
  for _, id in ipairs(redis.call('ZRANGE', KEYS[2], 0, surplus - 1)) do
    redis.call('HDEL', KEYS[1], id)
    redis.call('ZREM', KEYS[2], id)
  end
end
redis.call('PUBLISH', ARGV[3], '{"kind":"thread","thread":' .. ARGV[2] .. '}')
return 1
