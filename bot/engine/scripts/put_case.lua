-- KEYS cases, stamps, edition of the board
-- ARGV conversation, stamp, its case or "" when none is open, time,
--   what stood among the stamps before the case was read: as long as it stands, an older stamp counts too
-- A stamp stays behind a case that was taken away, so that older news can't bring it back.
-- Returns 1 when the board has changed.
local before = redis.call('HGET', KEYS[2], ARGV[1]) or ''
local known, stamp = tonumber(string.match(before, '^[^|]+') or '-1'), tonumber(ARGV[2])
if known == stamp or (known > stamp and before ~= ARGV[5]) then return 0 end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2] .. '|' .. ARGV[4])
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') == ARGV[3] then return 0 end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
end
redis.call('INCR', KEYS[3])
return 1
