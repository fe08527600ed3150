-- KEYS person who stays
-- ARGV person who comes, the one of both whose word counts
-- From here on whoever reads the person brings the coming one in, and nobody erases or moves them before that.
-- Returns 1, or 0 when the person is gone, became part of another, or has had the coming one already.
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], 'moved') == 1 then return 0 end
if redis.call('HEXISTS', KEYS[1], 'had:' .. ARGV[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'from:' .. ARGV[1], ARGV[2])
return 1
