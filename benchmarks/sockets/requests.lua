-- For wrk: each request is the template with another number in it, and the counts are one line of JSON at the end.
-- Arguments: the file of the template, the number in it, the first number that is sent.

local template, marker, number

function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  template = file:read("*a")
  file:close()
  marker = arguments[2]
  number = tonumber(arguments[3])
end

function request()
  number = number + 1
  return (string.gsub(template, marker, tostring(number)))
end

function done(summary)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout + errors.status
  print(string.format('{"requests": %d, "failed": %d}', summary.requests, failed))
end
