-- Every request signs in the next of 200 people, from an address of its own, as a proxy in front would say. Arguments: the password, and the
-- number of the first sign-in.
dofile("report.lua")

local password, number

function init(args)
   password, number = args[1], tonumber(args[2])
end

function request()
   local body = string.format('{"username":"person-%d","password":"%s"}', number % 200, password)
   local address = string.format("198.18.%d.%d", math.floor(number / 250) % 250, number % 250)
   number = number + 1
   return wrk.format("POST", "/account/login", { ["Content-Type"] = "application/json", ["X-Forwarded-For"] = address }, body)
end
