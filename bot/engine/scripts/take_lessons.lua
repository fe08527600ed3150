-- KEYS learning learnt lessons
-- ARGV conversation, holder, lease seconds, longest seconds until another try, most lessons,
--   seconds that what is known of the learning is kept
-- Returns {} when it is not time yet or another holds the conversation,
-- else {which try it is, server's time, fields of what is known of the learning, lessons}.
-- After a first failed try lessons come one by one, so that one poisoned lesson does not take its
-- neighbours down. Each further try waits four times as long, unless this one is settled.
local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not score then return {} end
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local held = tonumber(redis.call('HGET', KEYS[2], 'held') or 0)
if held > now then
  redis.call('ZADD', KEYS[1], string.format('%.6f', held), ARGV[1])
  return {}
end
if tonumber(score) > now then return {} end
if redis.call('EXISTS', KEYS[2], KEYS[3]) == 0 then
  redis.call('ZREM', KEYS[1], ARGV[1])
  return {}
end
local tries = redis.call('HINCRBY', KEYS[2], 'tries', 1)
local lease = tonumber(ARGV[3])
local pause = math.min(lease * 4 ^ (tries - 1), math.max(lease, tonumber(ARGV[4])))
local again = string.format('%.6f', now + pause)
redis.call('HSET', KEYS[2], 'holder', ARGV[2], 'held', again)
if redis.call('TTL', KEYS[2]) == -1 then redis.call('EXPIRE', KEYS[2], ARGV[6]) end
redis.call('ZADD', KEYS[1], again, ARGV[1])
local most = tonumber(ARGV[5])
if tries > 1 then most = 1 end
return {tries, string.format('%.6f', now), redis.call('HGETALL', KEYS[2]),
  redis.call('LRANGE', KEYS[3], 0, most - 1)}
