-- KEYS memory, person and places of who stays
-- ARGV version that was read, seconds to live, person who comes, their switch or "",
--   how many visits, visits each behind its time, names and values of the fields of both memories in one
-- Brings another person's memory, visits and switch in, once: "off" wins over "on".
-- Returns "ok", "stale" when the memory changed since it was read, "gone" when that is done already.
if not is_there(KEYS[2]) or redis.call('HEXISTS', KEYS[2], 'from:' .. ARGV[3]) == 0 then return 'gone' end
local visits = tonumber(ARGV[5])
if not put(KEYS[1], ARGV[1], ARGV[2], ARGV, 6 + 2 * visits) then return 'stale' end
for position = 6, 5 + 2 * visits, 2 do
  redis.call('ZADD', KEYS[3], 'GT', ARGV[position], ARGV[position + 1])
end
local own = redis.call('HGET', KEYS[2], 'switch')
if ARGV[4] ~= '' and (not own or string.sub(ARGV[4], 1, 4) == 'off|') then
  redis.call('HSET', KEYS[2], 'switch', ARGV[4])
end
return 'ok'
