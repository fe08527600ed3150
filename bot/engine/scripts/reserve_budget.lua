-- KEYS counts of the day, reservations, when they lapse, cost by ten seconds, calls of the person
-- ARGV id, person, tenant, tokens, cost, seconds to hold; then the caps (0 is none): calls in a minute,
--      tokens in a day of the person, the tenant, all; cost in a day, in a minute. Cost is in millionths.
-- Returns the day when all fits and is set aside; else the name of the cap that it would pass.
local counts, reservations, lapses, minute, calls = unpack(KEYS)
local id, person, tenant = ARGV[1], ARGV[2], ARGV[3]
local tokens, cost, hold = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local known = redis.call('HGET', reservations, id)
if known then return cjson.decode(known).day end

local clock = redis.call('TIME')
local now = tonumber(clock[1])
local day, slot = tostring(math.floor(now / 86400)), math.floor(now / 10)
if redis.call('HGET', counts, 'day') ~= day then
  redis.call('DEL', counts)
  redis.call('HSET', counts, 'day', day)
  redis.call('EXPIRE', counts, 2 * 86400)
end
for _, lapsed in ipairs(redis.call('ZRANGEBYSCORE', lapses, '-inf', now, 'LIMIT', 0, 100)) do
  local stored = redis.call('HGET', reservations, lapsed)
  if stored then
    local held = cjson.decode(stored)
    count_use(counts, held, 0 - held.tokens, 0 - held.cost)
  end
  redis.call('HDEL', reservations, lapsed)
  redis.call('ZREM', lapses, lapsed)
end
redis.call('ZREMRANGEBYSCORE', calls, '-inf', now - 60)

local entries, lately = redis.call('HGETALL', minute), 0
for place = 1, #entries, 2 do
  if tonumber(entries[place]) > slot - 7 then
    lately = lately + tonumber(entries[place + 1])
  else
    redis.call('HDEL', minute, entries[place])
  end
end

local function used(field) return tonumber(redis.call('HGET', counts, field) or 0) end
local function passes(cap, before, more) return tonumber(cap) > 0 and before + more > tonumber(cap) end
if person ~= '' then
  if passes(ARGV[7], redis.call('ZCARD', calls), 1) then return 'calls_per_minute' end
  if passes(ARGV[8], used('person:' .. person), tokens) then return 'person_tokens_per_day' end
  if passes(ARGV[9], used('tenant:' .. tenant), tokens) then return 'tenant_tokens_per_day' end
end
if passes(ARGV[10], used('tokens'), tokens) then return 'tokens_per_day' end
if passes(ARGV[11], used('cost'), cost) then return 'cost_per_day' end
if passes(ARGV[12], lately, cost) then return 'cost_per_minute' end

local held = { day = day, slot = slot, person = person, tenant = tenant, tokens = tokens, cost = cost }
redis.call('HSET', reservations, id, cjson.encode(held))
redis.call('ZADD', lapses, now + hold, id)
redis.call('EXPIRE', reservations, 86400)
redis.call('EXPIRE', lapses, 86400)
count_use(counts, held, tokens, cost)
redis.call('HINCRBY', minute, slot, cost)
redis.call('EXPIRE', minute, 120)
if person ~= '' then
  redis.call('ZADD', calls, now, id)
  redis.call('EXPIRE', calls, 60)
end
return day
