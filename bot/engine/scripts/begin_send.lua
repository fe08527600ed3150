-- KEYS pieces
-- ARGV piece, seconds to keep
-- Returns {} the first time, else {time of the first try, message id or ""}.
local clock = redis.call('TIME')
local now = clock[1] .. '.' .. string.format('%06d', clock[2])
if redis.call('HSETNX', KEYS[1], 'begun:' .. ARGV[1], now) == 1 then
  redis.call('EXPIRE', KEYS[1], ARGV[2])
  return {}
end
local earlier = redis.call('HMGET', KEYS[1], 'begun:' .. ARGV[1], 'id:' .. ARGV[1])
return {earlier[1], earlier[2] or ''}
