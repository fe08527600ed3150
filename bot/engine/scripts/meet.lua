-- KEYS person, places
-- ARGV account, visit, time, oldest time that counts, how many visits are kept
-- Returns 1 when the visit is noted, 0 when the account is no longer this person's.
if redis.call('HEXISTS', KEYS[1], 'id:' .. ARGV[1]) == 0 then return 0 end
if redis.call('HEXISTS', KEYS[1], 'moved') == 1 then return 0 end
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', '(' .. ARGV[4])
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -1 - ARGV[5])
return 1
