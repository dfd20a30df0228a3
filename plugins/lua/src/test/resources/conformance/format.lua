--- d
return ("%d %5d %-5d| %05d %+d % d"):format(42, 42, 42, 42, 42, 42)
--- d-negative
return ("%d %5d %-5d| %05d %+d % d"):format(-42, -42, -42, -42, -42, -42)
--- d-large
return ("%d %d %d %d"):format(2 ^ 31, 2 ^ 53, -2 ^ 53, 2 ^ 62)
--- d-fraction
return ("%d %d %d"):format(3.7, -3.7, "12")
--- d-precision
return ("%.3d|%8.3d|%-8.3d|%.0d|"):format(5, 5, 5, 0)
--- d-extremes
return ("%d"):format(-2 ^ 63)
--- i
return ("%i %3i"):format(5, 7)
--- u
return ("%u %5u"):format(42, 42), ("%u"):format(2 ^ 53)
--- u-negative
return ("%u"):format(-1)
--- c
return ("%c%c%c"):format(76, 117, 97), ("%5c|%-5c|"):format(65, 66)
--- c-zero
return ("a%cb"):format(0)
--- x
return ("%x %X %#x %#X %08x %-8x|"):format(255, 255, 255, 255, 255, 255)
--- x-large
return ("%x %x"):format(2 ^ 32, 2 ^ 53 - 1)
--- x-negative
return ("%x"):format(-1)
--- o
return ("%o %#o %5o"):format(8, 8, 8)
--- e
return ("%e %.2e %E %12.3e %-12.1e|"):format(12345.678, 12345.678, 12345.678, 12345.678, 12345.678)
--- e-zero
return ("%e %.0e %#.0e %+e"):format(0, 5, 5, 1)
--- f
return ("%f %.2f %8.3f %-8.1f| %08.2f %+.1f %.0f %#.0f"):format(3.14159, 3.14159, 3.14159, 3.14159, 3.14159, 3.14159, 2.5, 2.5)
--- f-large
return ("%f"):format(1e15), ("%.1f"):format(1e22), ("%.0f"):format(2 ^ 70)
--- f-rounding
return ("%.0f %.0f %.0f %.0f %.1f %.2f %.1f"):format(0.5, 1.5, 2.5, 3.5, 0.25, 1.005, 0.05)
--- f-many-digits
return ("%.20f %.50f"):format(0.1, 1 / 3)
--- f-huge
return #("%f"):format(1e308), ("%.3f"):format(1e-320)
--- g
return ("%g %g %g %g %g %g"):format(100000, 1000000, 1e-4, 1e-5, 0.1, 123456789)
--- g-flags
return ("%.3g %10.3g %-10.3g| %#.3g %+g %G %.0g"):format(3.14159, 3.14159, 3.14159, 3, 3, 1e-10, 123)
--- g-14
return ("%.14g %.14g %.14g %.17g"):format(0.1, 1 / 3, 1e15, 0.1)
--- g-infinity
return ("%g %f %e %5.1f %G"):format(1 / 0, -1 / 0, 1 / 0, 1 / 0, 1 / 0)
--- g-infinity-flags
return ("%010g|%-10g|%+g|% g"):format(1 / 0, 1 / 0, 1 / 0, 1 / 0)
--- d-infinity-type
return type(pcall(string.format, "%d", 1 / 0))
--- negative-zero
return ("%g %f %d %.14g"):format(-0.0, -0.0, -0.0, 0 / -1)
--- s
return ("%s|%5s|%-5s|%.2s|%5.1s|"):format("abc", "abc", "abc", "abc", "abc")
--- s-numbers
return ("%s %s %s"):format(1, 1.5, 1e100)
--- s-needs-string
return pcall(string.format, "%s", nil), pcall(string.format, "%s", {}), pcall(string.format, "%s", true)
--- s-zero-byte
return ("%s|"):format("a\0b"), ("%5s|"):format("a\0b")
--- s-long
return #("%s"):format(("x"):rep(500)), #("%10s"):format(("x"):rep(500)), #("%.5s"):format(("x"):rep(500))
--- q
return ("%q"):format('a"b\\c\nd\0e\r\tf')
--- q-digits-after-zero
return ("%q"):format("a\0001\r2")
--- q-high-bytes
return ("%q"):format("\200\255\1\127")
--- q-number
return ("%q"):format(5)
--- q-bad
return pcall(string.format, "%q", nil)
--- q-round-trip
local t = {} for i = 0, 255 do t[#t + 1] = string.char(i) end local s = table.concat(t) return loadstring("return " .. ("%q"):format(s))() == s
--- percent
return ("100%%"):format(), ("%%d"):format(5)
--- missing-argument
return pcall(string.format, "%d"), pcall(string.format, "%s")
--- extra-arguments
return ("%d"):format(1, 2, 3)
--- invalid-option
return pcall(string.format, "%y", 1), pcall(string.format, "%")
--- invalid-option-a
return pcall(string.format, "%a", 1)
--- invalid-option-l
return pcall(string.format, "%ld", 1)
--- invalid-star
return pcall(string.format, "%*d", 5, 1)
--- flags-too-many
return pcall(string.format, "%------d", 1)
--- width-too-long
return pcall(string.format, "%100d", 1), pcall(string.format, "%.100f", 1)
--- width-99
return #("%99d"):format(1), #("%.99f"):format(1)
--- number-expected
return pcall(string.format, "%d", "x"), pcall(string.format, "%f", {}), pcall(string.format, "%c", nil)
--- argument-number
return pcall(string.format, "%d %d", 1, "x")
--- numeric-strings
return ("%d %x %.1f"):format("10", "0x10", "1.25")
--- format-not-string
return pcall(string.format), pcall(string.format, nil), string.format(5)
--- format-zero-byte
return ("a\0b%d"):format(1)
--- all-flags
return ("%+-8d|%-+8d|% 08d|%+08.2f|%#10x|%-#10o|"):format(1, 2, 3, 4, 5, 6)
--- zero-and-minus
return ("%-05d|%0-5d|% +d"):format(7, 8, 9)
--- tostring-14-digits
return tostring(0.1), tostring(1 / 3), tostring(100), tostring(1e15), tostring(123456.789), tostring(1e-5), tostring(2 ^ 0.5)
--- tostring-extremes
return tostring(1 / 0), tostring(-1 / 0), tostring(1e308), tostring(5e-324), tostring(2.2250738585072014e-308), tostring(1.7976931348623157e308)
--- tostring-nan
return tostring(0 / 0), tostring(-(0 / 0))
--- tostring-rounding
return tostring(0.1 + 0.2), tostring(1 - 0.9), tostring(99999999999999.5), tostring(999999999999999), tostring(1.5e300)
--- concat-formats
return 1e15 .. "", 1e16 .. "", 123456789012 .. "", 0.1 .. "", -1.5 .. ""
--- x-fraction
return ("%x"):format(255.9)
