-- KEYS file, order (zset), revision counter
-- ARGV file as JSON, seconds kept, files kept
-- Returns 1 when the file is new, else 0. All keys have the same hash tag.
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end

redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
redis.call('ZADD', KEYS[2], redis.call('INCR', KEYS[3]), KEYS[1])
local surplus = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[3])
if surplus > 0 then
  for _, key in ipairs(redis.call('ZRANGE', KEYS[2], 0, surplus - 1)) do
    redis.call('DEL', key)
    redis.call('ZREM', KEYS[2], key)
  end
end
return 1
