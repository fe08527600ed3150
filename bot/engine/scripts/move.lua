-- KEYS person who becomes part of another
-- ARGV that other one, the accounts that it has adopted
-- From here on nothing is written for the person; its accounts lead to the other one.
-- Returns "ok", "gone", or "changed" when the person has other accounts by now, or others on their way.
local moved = redis.call('HGET', KEYS[1], 'moved')
if moved then return moved == ARGV[1] and 'ok' or 'gone' end
if redis.call('EXISTS', KEYS[1]) == 0 then return 'gone' end
local adopted = {}
for position = 2, #ARGV do adopted['id:' .. ARGV[position]] = true end
for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
  if string.sub(name, 1, 5) == 'from:' then return 'changed' end
  if string.sub(name, 1, 3) == 'id:' and not adopted[name] then return 'changed' end
end
redis.call('HSET', KEYS[1], 'moved', ARGV[1])
return 'ok'
