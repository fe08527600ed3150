-- KEYS person, memory and places of the same one
-- Erases them, so that nothing can be written for them any more.
-- Returns "ok", or "busy" when another person is on the way into this one.
if redis.call('EXISTS', KEYS[1]) == 1 and look_at(KEYS[1]) then return 'busy' end
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])
return 'ok'
