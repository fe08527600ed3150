-- KEYS person
-- ARGV person who was on the way and does not come
if redis.call('HEXISTS', KEYS[1], 'from:' .. ARGV[1]) == 0 then return 0 end
local fields = redis.call('HGETALL', KEYS[1])
for position = 1, #fields, 2 do
  if string.sub(fields[position], 1, 3) == 'id:' and fields[position + 1] == ARGV[1] then
    redis.call('HDEL', KEYS[1], fields[position])
  end
end
redis.call('HDEL', KEYS[1], 'from:' .. ARGV[1])
return 1
