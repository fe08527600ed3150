-- KEYS memory, person and places of who stays
-- ARGV version that was read, seconds to live, account that leaves, person whom it becomes,
--   how many visits there are, how many leave, these visits, names and values of the fields of what stays
-- Returns "ok", "stale" when memory, visits or person changed since they were read.
if not is_there(KEYS[2]) or redis.call('HEXISTS', KEYS[2], 'id:' .. ARGV[3]) == 0 then return 'stale' end
local is_busy, accounts = look_at(KEYS[2])
if is_busy or accounts < 2 then return 'stale' end
if redis.call('ZCARD', KEYS[3]) ~= tonumber(ARGV[5]) then return 'stale' end
local visits = tonumber(ARGV[6])
if not put(KEYS[1], ARGV[1], ARGV[2], ARGV, 7 + visits) then return 'stale' end
for position = 7, 6 + visits do redis.call('ZREM', KEYS[3], ARGV[position]) end
redis.call('HDEL', KEYS[2], 'id:' .. ARGV[3], 'parting:' .. ARGV[3])
redis.call('HSET', KEYS[2], 'left:' .. ARGV[3], ARGV[4])
-- Nothing that stays names the account that left: also the switch is an account's that is here.
local switch, by = redis.call('HGET', KEYS[2], 'switch'), '|' .. ARGV[3]
if switch and string.sub(switch, -#by) == by then
  for _, name in ipairs(redis.call('HKEYS', KEYS[2])) do
    if string.sub(name, 1, 3) == 'id:' then
      redis.call('HSET', KEYS[2], 'switch', string.sub(switch, 1, -#by - 1) .. '|' .. string.sub(name, 4))
      break
    end
  end
end
return 'ok'
