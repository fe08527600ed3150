-- KEYS memory, person (for a group: the memory again)
-- ARGV version that was read, "person" or "group", seconds to live, names and values of fields
-- Returns "ok", "stale" when the memory changed since it was read, "gone" when the person is.
if ARGV[2] == 'person' and not is_there(KEYS[2]) then return 'gone' end
return put(KEYS[1], ARGV[1], ARGV[3], ARGV, 4) and 'ok' or 'stale'
