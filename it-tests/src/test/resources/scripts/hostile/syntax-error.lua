function read_query(packet)
    if packet then
        print("there is an end missing"
end
