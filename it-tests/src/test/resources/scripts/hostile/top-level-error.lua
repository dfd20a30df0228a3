local nothing = nil
print("before the error")
print(nothing.field)

function read_query(packet)
    print("never")
end
