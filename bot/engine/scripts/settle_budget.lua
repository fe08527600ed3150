-- KEYS counts of the day, reservations, when they lapse, cost by ten seconds, what is kept of the day
-- ARGV id, tokens and cost (in millionths) that were really used, seconds that the day is kept
-- Returns whether the reservation was still held: the second time there is nothing left to do.
local counts, reservations, lapses, minute, day = unpack(KEYS)
local stored = redis.call('HGET', reservations, ARGV[1])
if not stored then return 0 end
local held = cjson.decode(stored)
local cost = tonumber(ARGV[3]) - held.cost
redis.call('HDEL', reservations, ARGV[1])
redis.call('ZREM', lapses, ARGV[1])
count_use(counts, held, tonumber(ARGV[2]) - held.tokens, cost)
redis.call('HINCRBY', day, 'tokens', ARGV[2])
redis.call('HINCRBY', day, 'cost', ARGV[3])
redis.call('EXPIRE', day, ARGV[4])
if redis.call('HEXISTS', minute, held.slot) == 1 then redis.call('HINCRBY', minute, held.slot, cost) end
return 1
