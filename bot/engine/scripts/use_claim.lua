-- KEYS the code of the first admin, how many wrong ones the account typed
-- ARGV account, mark of what it typed, most wrong tries, seconds in which they count,
--   wrong codes of all that end the code, seconds for which a used code is known
-- Returns "claimed", also again for the account that has it, "wrong" or "too_often".
local mark, user = unpack(redis.call('HMGET', KEYS[1], 'mark', 'user'))
if mark == ARGV[2] and user == ARGV[1] then return 'claimed' end
if tonumber(redis.call('GET', KEYS[2]) or '0') >= tonumber(ARGV[3]) then return 'too_often' end
if mark == ARGV[2] and not user then
  redis.call('HSET', KEYS[1], 'user', ARGV[1])
  redis.call('EXPIRE', KEYS[1], ARGV[6])
  return 'claimed'
end
if redis.call('INCR', KEYS[2]) == 1 then redis.call('EXPIRE', KEYS[2], ARGV[4]) end
if mark and not user and redis.call('HINCRBY', KEYS[1], 'wrong', 1) >= tonumber(ARGV[5]) then
  redis.call('DEL', KEYS[1])
end
return 'wrong'
