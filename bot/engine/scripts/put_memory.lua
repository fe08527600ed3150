-- Stands before the scripts that write an owner's memory.
-- Writes its fields by name and value, an empty value taking one away, when its version is still that one.
-- A data key that stands there stays: it is the same, and may be wrapped anew by now.
local function put(memory, version, seconds, arguments, first)
  if (redis.call('HGET', memory, 'version') or '0') ~= version then return false end
  for position = first, #arguments, 2 do
    if arguments[position + 1] == '' then
      redis.call('HDEL', memory, arguments[position])
    else
      local set = arguments[position] == 'key' and 'HSETNX' or 'HSET'
      redis.call(set, memory, arguments[position], arguments[position + 1])
    end
  end
  redis.call('HINCRBY', memory, 'version', 1)
  redis.call('EXPIRE', memory, seconds)
  return true
end

-- A person is there as long as nobody erased them and they became part of nobody.
local function is_there(person)
  return redis.call('EXISTS', person) == 1 and redis.call('HEXISTS', person, 'moved') == 0
end

-- Whether something is on its way into a person, and how many accounts they have.
local function look_at(person)
  local is_busy, accounts = false, 0
  for _, name in ipairs(redis.call('HKEYS', person)) do
    if string.sub(name, 1, 5) == 'from:' then is_busy = true end
    if string.sub(name, 1, 3) == 'id:' then accounts = accounts + 1 end
  end
  return is_busy, accounts
end

