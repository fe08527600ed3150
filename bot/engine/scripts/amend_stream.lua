-- KEYS stream
-- ARGV field, JSON of entry id → the field's new text
-- Entries keep their ids and their order; a stream can only be changed by being written anew.
-- Returns how many entries were changed.
local texts, changed = cjson.decode(ARGV[2]), 0
local rows = redis.call('XRANGE', KEYS[1], '-', '+')
redis.call('DEL', KEYS[1])
for _, row in ipairs(rows) do
  local id, fields = row[1], row[2]
  for place = 1, #fields, 2 do
    if fields[place] == ARGV[1] and texts[id] then
      fields[place + 1] = texts[id]
      changed = changed + 1
    end
  end
  redis.call('XADD', KEYS[1], id, unpack(fields))
end
return changed
