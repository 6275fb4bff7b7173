import Glibc

/// Lines outside of a host: usage and what goes wrong before there is one.
enum Output {
    static func line(_ text: String) { write(text, to: 1) }
    static func error(_ text: String) { write(text, to: 2) }

    private static func write(_ text: String, to file: Int32) {
        _ = Array((text + "\n").utf8).withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
    }
}
