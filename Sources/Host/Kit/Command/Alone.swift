import Foundation
import Glibc

/// Makes sure that an adapter which is checked offline reaches nothing but this machine: the program starts again in a
/// network of its own that has only a loopback.
enum Alone {
    private static let mark = "LINKSPAN_KIT_ALONE"
    private static let program = "/usr/bin/unshare"

    /// Does not return when it starts again.
    /// - Returns: why we are not alone; `nil` when we are.
    static func become() -> String? {
        if getenv(mark) != nil {
            unsetenv(mark)
            return raiseLoopback() ? nil : "the loopback of a network of our own could not be raised"
        }
        // Somebody without rights becomes root of a world of their own.
        let rights = geteuid() == 0 ? [] : ["--user", "--map-root-user"]
        guard access(program, X_OK) == 0, isAllowed(rights) else {
            return "this machine does not let us have a network of our own"
        }
        guard let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
            return "this program's own file could not be found"
        }
        setenv(mark, "1", 1)
        var words: [UnsafeMutablePointer<CChar>?] =
            ([program] + rights + ["--net", own] + CommandLine.arguments.dropFirst()).map { strdup($0) }
        words.append(nil)
        execv(program, words)
        unsetenv(mark)
        return "the program could not be started again"
    }

    private static func isAllowed(_ rights: [String]) -> Bool {
        let trial = Process()
        trial.executableURL = URL(fileURLWithPath: program)
        trial.arguments = rights + ["--net", "true"]
        trial.standardError = FileHandle.nullDevice
        guard (try? trial.run()) != nil else { return false }
        trial.waitUntilExit()
        return trial.terminationStatus == 0
    }

    /// `ip link set lo up`, where there is no such program.
    private static func raiseLoopback() -> Bool {
        let file = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(file) }
        // struct ifreq: 16 bytes of name, then the flags.
        var request = [UInt8](repeating: 0, count: 40)
        request.replaceSubrange(0..<2, with: Array("lo".utf8))
        request[16] = UInt8(IFF_UP | IFF_RUNNING)
        return ioctl(file, UInt(SIOCSIFFLAGS), &request) == 0
    }
}
