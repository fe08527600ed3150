-- Stands before the scripts that may bring a conversation's state into being.
-- Gives a state that would live for ever its end, unless its case is open or it is a case's thread.
local function bound(state, seconds)
  if redis.call('TTL', state) ~= -1 then return end
  local stored = redis.call('HMGET', state, 'case', 'desk_for')
  local status = stored[1] and cjson.decode(stored[1]).status
  local is_open = status and status ~= 'resolved' and status ~= 'expired'
  if not is_open and not stored[2] then redis.call('EXPIRE', state, seconds) end
end

