-- KEYS stream
-- ARGV texts to look for
-- Returns {id, fields} of each entry that has one of them in a field.
local found = {}
for _, row in ipairs(redis.call('XRANGE', KEYS[1], '-', '+')) do
  local is_found = false
  for place = 2, #row[2], 2 do
    for _, text in ipairs(ARGV) do
      is_found = is_found or string.find(row[2][place], text, 1, true) ~= nil
    end
  end
  if is_found then found[#found + 1] = row end
end
return found
