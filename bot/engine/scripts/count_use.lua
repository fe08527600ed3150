-- Stands before the scripts of budgets: adds what a reservation uses (or gives back) to the counts of
-- its day. Those of another day are gone.
local function count_use(counts, held, tokens, cost)
  if redis.call('HGET', counts, 'day') ~= held.day then return end
  redis.call('HINCRBY', counts, 'tokens', tokens)
  redis.call('HINCRBY', counts, 'cost', cost)
  if held.person ~= '' then
    redis.call('HINCRBY', counts, 'person:' .. held.person, tokens)
    redis.call('HINCRBY', counts, 'tenant:' .. held.tenant, tokens)
  end
end

