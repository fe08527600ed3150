-- KEYS the person of an account
-- ARGV person whom it must name now ("" for none), person whom it is to name ("" for none),
--   seconds to live
-- An account without a person may be claimed by anybody.
-- Returns the person whom it names then.
local named = redis.call('GET', KEYS[1])
if named and named ~= ARGV[1] then return named end
if ARGV[2] == '' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
end
return ARGV[2]
