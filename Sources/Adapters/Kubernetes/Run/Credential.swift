import APIClient

/// What is shown to the server with each request.
struct Credential: Sendable, Equatable {
    var headers: [HTTPHeader] = []
    var clientCertificate: [UInt8]?
    var clientKey: [UInt8]?
    /// Seconds since 1970 from which on another one must be had; `nil` when nobody said.
    var expires: Int?
}
