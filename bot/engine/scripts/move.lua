-- KEYS person who becomes part of another
-- ARGV that other one, who has adopted them
-- From here on nothing is written for the person, and their accounts lead to the other one.
-- Returns "ok", "gone", or "busy" when somebody else is on the way into the person.
local moved = redis.call('HGET', KEYS[1], 'moved')
if moved then return moved == ARGV[1] and 'ok' or 'gone' end
if redis.call('EXISTS', KEYS[1]) == 0 then return 'gone' end
if look_at(KEYS[1]) then return 'busy' end
redis.call('HSET', KEYS[1], 'moved', ARGV[1])
return 'ok'
