-- KEYS buckets
-- ARGV rate (tokens a second) and burst of each bucket
-- Returns "0" when one token of each was taken; else the seconds until that works, and takes none.
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local wait, left = 0, {}
for number, bucket in ipairs(KEYS) do
  local rate, burst = tonumber(ARGV[number * 2 - 1]), tonumber(ARGV[number * 2])
  local stored = redis.call('HMGET', bucket, 'tokens', 'at', 'paused')
  local tokens = tonumber(stored[1] or burst)
  tokens = math.min(burst, tokens + math.max(0, now - tonumber(stored[2] or now)) * rate)
  if tokens < 1 then wait = math.max(wait, (1 - tokens) / rate) end
  if stored[3] then wait = math.max(wait, tonumber(stored[3]) - now) end
  left[number] = tokens - 1
end
if wait > 0 then return tostring(wait) end
for number, bucket in ipairs(KEYS) do
  local refill = math.ceil(tonumber(ARGV[number * 2]) / tonumber(ARGV[number * 2 - 1])) + 60
  redis.call('HSET', bucket, 'tokens', tostring(left[number]), 'at', tostring(now))
  redis.call('HDEL', bucket, 'paused')
  redis.call('EXPIRE', bucket, refill)
end
return '0'
