-- KEYS learning learnt lessons
-- ARGV conversation, holder, idle seconds, "1" when lessons stay for another try, what became of the
--   stretch since the last episode ("" nothing, "open" it waits for the end of its case, else the time
--   until which it was concluded), when somebody spoke last and what ended it as both were read ("" if
--   not), then the lessons that were learnt
-- Returns 1, or 0 when another holds the conversation now.
if redis.call('HGET', KEYS[2], 'holder') ~= ARGV[2] then return 0 end
for number = 8, #ARGV do redis.call('LREM', KEYS[3], 1, ARGV[number]) end
local function field(name) return redis.call('HGET', KEYS[2], name) or '' end
if ARGV[5] ~= '' then
  if ARGV[5] ~= 'open' then redis.call('HSET', KEYS[2], 'since', ARGV[5]) end
  if field('over') == ARGV[7] then redis.call('HDEL', KEYS[2], 'over') end
  -- Whoever wrote meanwhile belongs to the next episode.
  if field('spoken') == ARGV[6] then
    redis.call('HDEL', KEYS[2], 'spoken')
    if ARGV[5] ~= 'open' then
      for _, name in ipairs(redis.call('HKEYS', KEYS[2])) do
        if string.sub(name, 1, 8) == 'speaker:' then redis.call('HDEL', KEYS[2], name) end
      end
    end
  end
end
redis.call('HDEL', KEYS[2], 'holder')
if ARGV[4] == '1' then return 1 end
redis.call('HDEL', KEYS[2], 'held', 'tries')
if redis.call('LLEN', KEYS[3]) > 0 or field('over') ~= '' then
  redis.call('ZADD', KEYS[1], 0, ARGV[1])
elseif field('spoken') ~= '' then
  redis.call('ZADD', KEYS[1], string.format('%.6f', tonumber(field('spoken')) + tonumber(ARGV[3])), ARGV[1])
else
  redis.call('ZREM', KEYS[1], ARGV[1])
end
return 1
