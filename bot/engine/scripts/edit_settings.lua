-- KEYS overlay of the settings, log of its changes, who did a change by its key
-- ARGV number that was read, the log's record, its entries at most, seconds that the key is known, channel,
--      how many paths follow that are taken out, those paths, then paths and their entries in turn
-- Returns {'stored', number}, {'done', number} when this change was stored before, or {'stale', number}.
local done = redis.call('GET', KEYS[3])
if done then return {'done', tonumber(done)} end
local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
local number = tonumber(redis.call('HGET', KEYS[1], '') or 0) or 0
if last then number = math.max(number, tonumber(string.match(last[1], '^%d+'))) end
if number ~= tonumber(ARGV[1]) then return {'stale', number} end
number = number + 1
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[3], number .. '-0', 'change', ARGV[2])
redis.call('SET', KEYS[3], number, 'EX', ARGV[4])
local first = 7 + tonumber(ARGV[6])
for at = 7, first - 1 do redis.call('HDEL', KEYS[1], ARGV[at]) end
for at = first, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1]) end
redis.call('HSET', KEYS[1], '', number)
redis.call('PUBLISH', ARGV[5], number)
return {'stored', number}
