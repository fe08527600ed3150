-- KEYS seen mailbox state pending
-- ARGV envelope, conversation, seen seconds, mailbox limit, "1" when it amends an earlier message,
--   seconds that a conversation is kept
-- Returns {status, wake}: status 1 new, 0 duplicate, -1 mailbox full; wake > 0 asks for a worker.
if redis.call('EXISTS', KEYS[1]) == 1 then return {0, 0} end
if redis.call('LLEN', KEYS[2]) >= tonumber(ARGV[4]) then return {-1, 0} end
local clock = redis.call('TIME')
redis.call('SET', KEYS[1], 'accepted', 'EX', ARGV[3])
redis.call('RPUSH', KEYS[2], ARGV[1])
redis.call('ZADD', KEYS[4], 'NX', clock[1] .. '.' .. string.format('%06d', clock[2]), ARGV[2])
if ARGV[5] == '1' then redis.call('HINCRBY', KEYS[3], 'version', 1) end
local is_first = redis.call('HSETNX', KEYS[3], 'scheduled', 1) == 1
bound(KEYS[3], ARGV[6])
if not is_first then return {1, 0} end
return {1, redis.call('HINCRBY', KEYS[3], 'wake', 1)}
