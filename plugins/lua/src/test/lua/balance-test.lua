local test = require("proxy.test")
local harness = require("harness")
local balance = require("proxy.balance")

TestBalance = test.BaseTest:new()

function TestBalance:setUp()
    harness.start({ "rw", "ro", "ro", "rw" })
end

function TestBalance:testNothingIdle()
    assertEquals(balance.idle_failsafe_rw(), 0)
    assertEquals(balance.idle_ro(), 0)
end

function TestBalance:testPrimary()
    harness.fill(4, 1)
    harness.fill(2, 1)
    assertEquals(balance.idle_failsafe_rw(), 4)
    harness.fill(1, 1)
    assertEquals(balance.idle_failsafe_rw(), 1)
    proxy.global.backends[1].state = proxy.BACKEND_STATE_DOWN
    assertEquals(balance.idle_failsafe_rw(), 4)
end

function TestBalance:testReplicaWithFewestClients()
    harness.fill(2, 1)
    harness.fill(3, 1)
    assertEquals(balance.idle_ro(), 2)
    proxy.global.backends[2].connected_clients = 1
    assertEquals(balance.idle_ro(), 3)
    proxy.global.backends[3].state = proxy.BACKEND_STATE_DOWN
    assertEquals(balance.idle_ro(), 2)
end
