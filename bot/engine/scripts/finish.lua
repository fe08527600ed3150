-- KEYS state mailbox pending
-- ARGV holder, conversation
-- Returns 1 when the conversation is idle, 0 when there is more to do, -1 when another holds it.
-- The flag goes only while the mailbox is empty: no message can fall between the two.
if redis.call('HGET', KEYS[1], 'holder') ~= ARGV[1] then return -1 end
if redis.call('LLEN', KEYS[2]) > 0 then return 0 end
redis.call('HDEL', KEYS[1], 'scheduled', 'holder', 'lease_until', 'tries')
redis.call('ZREM', KEYS[3], ARGV[2])
return 1
