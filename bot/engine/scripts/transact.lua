-- KEYS state, then every key that the writes name by number
-- ARGV version that was read, number of the key that marks the work as done (0: none), writes
-- A write is [command, key number, argument...]; numbers are this script's KEYS positions, 0 means
-- that the command has no key (PUBLISH). An argument {"after": seconds} stands for the server's time by
-- then.
-- Returns "ok", "stale" when the conversation changed since it was read, "done" when already done.
local mark = tonumber(ARGV[2])
if mark > 0 and redis.call('EXISTS', KEYS[mark]) == 1 then return 'done' end
if (redis.call('HGET', KEYS[1], 'version') or '0') ~= ARGV[1] then return 'stale' end
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local function as_text(argument)
  if type(argument) == 'table' then return string.format('%.6f', now + argument.after) end
  return tostring(argument)
end
for _, write in ipairs(cjson.decode(ARGV[3])) do
  local arguments = {}
  for position = 3, #write do arguments[position - 2] = as_text(write[position]) end
  if write[2] == 0 then
    redis.call(write[1], unpack(arguments))
  else
    redis.call(write[1], KEYS[write[2]], unpack(arguments))
  end
end
return 'ok'
