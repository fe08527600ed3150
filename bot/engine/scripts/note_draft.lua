-- KEYS state
-- ARGV version that was read, key of the draft
-- Returns 1 when the turn may show its draft, 0 when the conversation has changed since it was read.
if (redis.call('HGET', KEYS[1], 'version') or '0') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'draft', ARGV[2])
return 1
