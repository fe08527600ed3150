-- KEYS person
-- ARGV account, name of a field, what it is to hold
-- Returns 1 when it is noted, 0 when the account is no longer this person's.
if redis.call('HEXISTS', KEYS[1], 'id:' .. ARGV[1]) == 0 then return 0 end
if redis.call('HEXISTS', KEYS[1], 'moved') == 1 then return 0 end
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
return 1
