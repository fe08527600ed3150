-- KEYS memory, person and places of who stays
-- ARGV version that was read, seconds to live, person who comes, their switch or "",
--   how many accounts, how many visits, accounts each behind when it was registered, visits each behind its
--   time, names and values of the fields of both memories in one
-- Brings what another person had in, once: "off" wins over "on".
-- Returns "ok", "stale" when the memory changed since it was read, "gone" when that is done already.
if not is_there(KEYS[2]) or redis.call('HEXISTS', KEYS[2], 'from:' .. ARGV[3]) == 0 then return 'gone' end
if redis.call('HEXISTS', KEYS[2], 'had:' .. ARGV[3]) == 1 then return 'gone' end
local accounts, visits = tonumber(ARGV[5]), tonumber(ARGV[6])
local first = 7 + 2 * accounts
if not put(KEYS[1], ARGV[1], ARGV[2], ARGV, first + 2 * visits) then return 'stale' end
for position = 7, first - 1, 2 do
  redis.call('HSET', KEYS[2], 'id:' .. ARGV[position + 1], ARGV[position])
  redis.call('HDEL', KEYS[2], 'left:' .. ARGV[position + 1])
end
for position = first, first + 2 * visits - 1, 2 do
  redis.call('ZADD', KEYS[3], 'GT', ARGV[position], ARGV[position + 1])
end
local own = redis.call('HGET', KEYS[2], 'switch')
if ARGV[4] ~= '' and (not own or string.sub(ARGV[4], 1, 4) == 'off|') then
  redis.call('HSET', KEYS[2], 'switch', ARGV[4])
end
redis.call('HSET', KEYS[2], 'had:' .. ARGV[3], '')
return 'ok'
