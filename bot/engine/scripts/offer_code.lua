-- KEYS offer and offers of an account, the new code, how many wrong codes all typed
-- ARGV account, mark of the code, seconds to live, most offers, seconds in which they count,
--   what the keys of codes begin with
-- The code that the account was given before counts no more.
-- Returns 1, or 0 when the account asked too often.
if tonumber(redis.call('GET', KEYS[2]) or '0') >= tonumber(ARGV[4]) then return 0 end
if redis.call('INCR', KEYS[2]) == 1 then redis.call('EXPIRE', KEYS[2], ARGV[5]) end
local before = redis.call('GET', KEYS[1])
if before then redis.call('DEL', ARGV[6] .. before) end
redis.call('HSET', KEYS[3], 'by', ARGV[1], 'wrong', redis.call('GET', KEYS[4]) or '0')
redis.call('EXPIRE', KEYS[3], ARGV[3])
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[5])
return 1
