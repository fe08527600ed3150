-- KEYS tries of an account, the code that it typed, how many wrong codes all typed,
--   the code that the account used last
-- ARGV account, most wrong tries, seconds in which they count, wrong codes of all that end a code,
--   seconds for which a used code is known, its mark, accounts of the same person
-- Returns the account that was given the code and "used", or "" and "wrong", "own" or "often".
local by, user = unpack(redis.call('HMGET', KEYS[2], 'by', 'user'))
if user == ARGV[1] then return {by, 'used'} end
if tonumber(redis.call('GET', KEYS[1]) or '0') >= tonumber(ARGV[2]) then return {'', 'often'} end
local all = tonumber(redis.call('GET', KEYS[3]) or '0')
local since = all - tonumber(redis.call('HGET', KEYS[2], 'wrong') or '0')
if not by or user or since >= tonumber(ARGV[4]) then
  if redis.call('INCR', KEYS[1]) == 1 then redis.call('EXPIRE', KEYS[1], ARGV[3]) end
  redis.call('INCR', KEYS[3])
  return {'', 'wrong'}
end
for position = 7, #ARGV do
  if ARGV[position] == by then return {'', 'own'} end
end
redis.call('HSET', KEYS[2], 'user', ARGV[1])
redis.call('EXPIRE', KEYS[2], ARGV[5])
redis.call('SET', KEYS[4], ARGV[6], 'EX', ARGV[5])
return {by, 'used'}
