-- KEYS lines (hash), revision counter
-- ARGV id, stored value that was read, new line, conversation as JSON, feed channel
-- Returns 1, or 0 when the line has changed meanwhile: read again and try again.
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end

local sequence = string.match(ARGV[2], '^(%d+)|')
local revision = redis.call('INCR', KEYS[2])
redis.call('HSET', KEYS[1], ARGV[1], sequence .. '|' .. revision .. '|' .. ARGV[3])
redis.call('PUBLISH', ARGV[5], '{"kind":"line","conversation":' .. ARGV[4] ..
  ',"sequence":' .. sequence .. ',"revision":' .. revision .. ',"line":' .. ARGV[3] .. '}')
return 1
