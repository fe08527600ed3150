-- KEYS memory, person (for a group: the memory again)
-- ARGV version that was read, "person" or "group", seconds to live,
--   how many accounts what is new came from, these accounts, names and values of fields
-- Returns "ok", "stale" when the memory changed since it was read, "gone" when the person is, or no longer
-- has one of the accounts.
local accounts = tonumber(ARGV[4])
if ARGV[2] == 'person' then
  if not is_there(KEYS[2]) then return 'gone' end
  for position = 5, 4 + accounts do
    if redis.call('HEXISTS', KEYS[2], 'id:' .. ARGV[position]) == 0 then return 'gone' end
  end
end
return put(KEYS[1], ARGV[1], ARGV[3], ARGV, 5 + accounts) and 'ok' or 'stale'
