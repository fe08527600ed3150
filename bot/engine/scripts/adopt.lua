-- KEYS person who stays
-- ARGV person who comes, the one of both whose word counts, accounts of who comes
-- From here on whoever reads the person brings the coming one in.
-- Returns 1, or 0 when the person is gone or became part of another.
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], 'moved') == 1 then return 0 end
redis.call('HSET', KEYS[1], 'from:' .. ARGV[1], ARGV[2])
for position = 3, #ARGV do
  redis.call('HSET', KEYS[1], 'id:' .. ARGV[position], ARGV[1])
  redis.call('HDEL', KEYS[1], 'left:' .. ARGV[position])
end
return 1
