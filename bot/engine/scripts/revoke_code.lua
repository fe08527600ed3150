-- KEYS the code that an account was given, the code that it used
-- ARGV what the keys of codes begin with
for _, pointer in ipairs(KEYS) do
  local mark = redis.call('GET', pointer)
  if mark then redis.call('DEL', ARGV[1] .. mark) end
  redis.call('DEL', pointer)
end
return 1
