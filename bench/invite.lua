-- Every request invites somebody else, in the name of the next team's owner. Arguments: the owners' file (one "team token" a line), the number
-- of the first invitation, and "email" or "name".
dofile("report.lua")

local owners = {}
local number, by

function init(args)
   for line in io.lines(args[1]) do
      local team, token = line:match("(%S+) (%S+)")
      owners[#owners + 1] = { path = "/api/v1/teams/" .. team .. "/invitations", token = "Bearer " .. token }
   end
   number, by = tonumber(args[2]), args[3]
end

function request()
   local owner = owners[number % #owners + 1]
   local whom = by == "email" and "guest-" .. number .. "@example.org" or "person-" .. math.floor(number / #owners)
   number = number + 1
   local headers = { ["Authorization"] = owner.token, ["Content-Type"] = "application/json" }
   return wrk.format("POST", owner.path, headers, '{"user":"' .. whom .. '"}')
end
