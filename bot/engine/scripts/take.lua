-- KEYS lane due state words
-- ARGV lane name, lease seconds, most messages and most bytes that are shown together, seconds that a
--   conversation is kept
-- Returns {"empty"} | {"wait", seconds} | {"withheld", delivery}
-- | {"send", delivery, thread, time until which the lane is leased, which try it is, original's id,
--    its words as they were changed or shown last, further deliveries that are shown with it...}.
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local at = redis.call('ZSCORE', KEYS[2], ARGV[1])
if not at then return {'empty'} end
if tonumber(at) > now then return {'wait', tostring(tonumber(at) - now)} end
local head = redis.call('LINDEX', KEYS[1], 0)
if not head then
  redis.call('ZREM', KEYS[2], ARGV[1])
  return {'empty'}
end
local delivery = cjson.decode(head)
if delivery.fenced and tostring(delivery.epoch) ~= (redis.call('HGET', KEYS[3], 'epoch') or '0') then
  redis.call('LPOP', KEYS[1])
  return {'withheld', head}
end
local hold = tonumber(delivery.not_before) or 0
if hold > now then
  redis.call('ZADD', KEYS[2], tostring(hold), ARGV[1])
  return {'wait', tostring(hold - now)}
end

-- An agent's words may have been changed since. A change needs to know what it changes, unless
-- another one has followed it: then nothing.
local original, words = '', ''
if type(delivery.origin) == 'string' then
  local changes = type(delivery.change) == 'string'
  if not changes or redis.call('HGET', KEYS[4], 'last:' .. delivery.origin) == delivery.id then
    original = redis.call('HGET', KEYS[4], 'delivery:' .. delivery.origin) or ''
  end
  words = redis.call('HGET', KEYS[4], (changes and 'shown:' or 'changed:') .. delivery.origin) or ''
end

-- In a lane that the platform slows down, waiting relays are shown in one message. How many is
-- noted, because a repeated try must show the same ones under the same key.
local relay = function(item)
  return item.message.is_literal and type(item.opens_thread) ~= 'string' and not item.fenced
    and type(item.origin) ~= 'string' and type(item.marks) ~= 'string'
    and type(item.place) ~= 'table' and #item.message.buttons == 0
    and #(item.message.attachments or {}) == 0 and #(item.message.notifies or {}) == 0
end
local together = {}
if relay(delivery) then
  local noted = redis.call('HGET', KEYS[3], 'together:' .. ARGV[1]) or ''
  local id, count = string.match(noted, '^(.*)|(%d+)$')
  local most = tonumber(ARGV[3])
  if id == delivery.id then
    most = tonumber(count)
  elseif redis.call('HEXISTS', KEYS[3], 'slow:' .. ARGV[1]) == 0 then
    most = 1
  end
  local bytes = #delivery.message.text
  for _, text in ipairs(redis.call('LRANGE', KEYS[1], 1, most - 1)) do
    local item = cjson.decode(text)
    bytes = bytes + #item.message.text
    if not relay(item) or (id ~= delivery.id and bytes > tonumber(ARGV[4])) then break end
    together[#together + 1] = text
  end
  if #together > 0 then
    redis.call('HSET', KEYS[3], 'together:' .. ARGV[1], delivery.id .. '|' .. (#together + 1))
  end
end

local leased = tostring(now + tonumber(ARGV[2]))
redis.call('ZADD', KEYS[2], leased, ARGV[1])
local thread = redis.call('HGET', KEYS[3], 'lane_thread') or ''
local tries = redis.call('HINCRBY', KEYS[3], 'sends:' .. ARGV[1], 1)
bound(KEYS[3], ARGV[5])
return {'send', head, thread, leased, tries, original, words, unpack(together)}
