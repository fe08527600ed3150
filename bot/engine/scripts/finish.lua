-- KEYS state mailbox pending
-- ARGV holder, conversation, "1" when the holder leaves whatever is left
-- Returns 1 when the conversation is idle, 0 when there is more to do, -1 when another holds it,
-- and for a holder who leaves with messages left the number of the next wake-up plus one.
-- The flag goes only while the mailbox is empty: no message can fall between the two.
if redis.call('HGET', KEYS[1], 'holder') ~= ARGV[1] then return -1 end
if redis.call('LLEN', KEYS[2]) > 0 then
  if ARGV[3] ~= '1' then return 0 end
  redis.call('HDEL', KEYS[1], 'holder', 'lease_until', 'tries')
  return redis.call('HINCRBY', KEYS[1], 'wake', 1) + 1
end
redis.call('HDEL', KEYS[1], 'scheduled', 'holder', 'lease_until', 'tries')
redis.call('ZREM', KEYS[3], ARGV[2])
return 1
