import ArgumentParser
import Conformance
import Foundation

/// How a real server is reached. Secrets come from files: a command line is for everybody to read.
struct ServerOptions: ParsableArguments {
    @Option(help: "The server: an http(s) address, or unix:// and a socket's path.")
    var live: String

    @Option(help: "A file with the authority to trust, PEM.")
    var ca: String?

    @Option(help: "A file with the client's certificate, PEM.")
    var cert: String?

    @Option(help: "A file with the client's key, PEM.")
    var key: String?

    @Option(help: "A file with USER:PASSWORD.")
    var loginFile: String?

    @Option(help: "A file with a bearer token.")
    var tokenFile: String?

    func connection() throws -> ServerConnection {
        func bytes(_ path: String?) throws -> [UInt8]? {
            guard let path else { return nil }
            guard let data = FileManager.default.contents(atPath: path) else {
                throw ValidationError("there is no file \(path)")
            }
            return Array(data)
        }
        func line(_ path: String?) throws -> String? {
            try bytes(path).map { String(decoding: $0, as: UTF8.self).filter { !$0.isNewline } }
        }
        return ServerConnection(
            live, authority: try bytes(ca), certificate: try bytes(cert), key: try bytes(key),
            login: try line(loginFile), token: try line(tokenFile))
    }
}

/// Today, as files name it.
var today: String { Date.now.formatted(.iso8601.year().month().day()) }
