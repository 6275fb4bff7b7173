import CCurl
import Glibc

/// One of libcurl's easy handles, set up for a request to an endpoint.
final class CurlHandle: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private var connectList: UnsafeMutablePointer<curl_slist>?

    /// - Parameter connectOnly: only open the connection; bytes are then sent and received by hand.
    init(_ request: APIRequest, to endpoint: APIEndpoint, connectOnly: Bool = false) throws {
        if let problem = ccurl_load() {
            throw APIFailure.unreachable(
                endpoint: endpoint.name, reason: .other("libcurl cannot be loaded: \(String(cString: problem))"))
        }
        guard let pointer = ccurl_easy_init() else {
            throw APIFailure.unreachable(endpoint: endpoint.name, reason: .other("libcurl has no memory"))
        }
        self.pointer = pointer
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        ccurl_set_error_buffer(pointer, errorText)
        ccurl_set_long(pointer, CURLOPT_NOSIGNAL, 1)
        ccurl_set_long(pointer, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        setAddress(endpoint, target: request.target)
        setTrust(endpoint.tls)
        setTimeouts(request.timeouts)
        if connectOnly {
            ccurl_set_long(pointer, CURLOPT_CONNECT_ONLY, 1)
            // Without a tunnel the bytes would go to the proxy itself.
            ccurl_set_long(pointer, CURLOPT_HTTPPROXYTUNNEL, 1)
            // An upgrade exists in HTTP/1.1 only; with ALPN the server might choose HTTP/2.
            ccurl_set_long(pointer, CURLOPT_SSL_ENABLE_ALPN, 0)
        } else {
            setMethod(request)
            let host = endpoint.tls.serverName == nil ? [] : [HTTPHeader("Host", endpoint.authority)]
            setHeaders(host + endpoint.headers + request.headers, body: request.body)
        }
    }

    deinit {
        ccurl_easy_cleanup(pointer)
        ccurl_list_free(headerList)
        ccurl_list_free(connectList)
        errorText.deallocate()
    }

    private func setAddress(_ endpoint: APIEndpoint, target: String) {
        switch endpoint.address {
        case .unixSocket(let path):
            ccurl_set_string(pointer, CURLOPT_UNIX_SOCKET_PATH, path)
            ccurl_set_string(pointer, CURLOPT_URL, "http://localhost" + target)
        case .url(let base):
            ccurl_set_string(pointer, CURLOPT_URL, named(base, endpoint) + target)
            setProxy(endpoint)
        }
    }

    /// The address with the name that the server is to prove. libcurl takes the name from the address alone, so the
    /// connection is led elsewhere.
    private func named(_ base: String, _ endpoint: APIEndpoint) -> String {
        guard let name = endpoint.tls.serverName else { return base }
        // Without an address in front, every connection is meant; without a port, the address's.
        let authority = endpoint.authority
        let hasPort = authority.last != "]" && authority.contains(":")
        let host = hasPort ? authority[..<(authority.lastIndex(of: ":") ?? authority.endIndex)] : authority[...]
        let path = base.dropFirst("https://".count).drop { $0 != "/" }
        connectList = ccurl_list_append(connectList, "::\(host):")
        ccurl_set_list(pointer, CURLOPT_CONNECT_TO, connectList)
        return "https://\(name)\(authority.dropFirst(host.count))\(path)"
    }

    private func setProxy(_ endpoint: APIEndpoint) {
        if let proxy = endpoint.proxy {
            // The proxy looks names up, as it does for other clients of such addresses.
            let isSocks = proxy.hasPrefix("socks5://")
            ccurl_set_string(pointer, CURLOPT_PROXY, isSocks ? "socks5h" + proxy.dropFirst("socks5".count) : proxy)
            ccurl_set_string(pointer, CURLOPT_NOPROXY, "")
        } else if !endpoint.usesProxy {
            ccurl_set_string(pointer, CURLOPT_NOPROXY, "*")
        }
    }

    private func setTrust(_ tls: TLSSettings) {
        if let authority = tls.certificateAuthority {
            setBlob(CURLOPT_CAINFO_BLOB, authority)
            // Left alone, libcurl trusts the system's certificate folder beside the given authority.
            ccurl_set_string(pointer, CURLOPT_CAPATH, nil)
        }
        if !tls.verifiesPeer {
            ccurl_set_long(pointer, CURLOPT_SSL_VERIFYPEER, 0)
            ccurl_set_long(pointer, CURLOPT_SSL_VERIFYHOST, 0)
        }
        if let certificate = tls.clientCertificate { setBlob(CURLOPT_SSLCERT_BLOB, certificate) }
        if let key = tls.clientKey { setBlob(CURLOPT_SSLKEY_BLOB, key) }
    }

    private func setBlob(_ option: CURLoption, _ bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            if let start = bytes.baseAddress { _ = ccurl_set_blob(pointer, option, start, bytes.count) }
        }
    }

    private func setTimeouts(_ timeouts: Timeouts) {
        ccurl_set_long(pointer, CURLOPT_CONNECTTIMEOUT_MS, timeouts.connect.milliseconds)
        if let idle = timeouts.idle {
            ccurl_set_long(pointer, CURLOPT_LOW_SPEED_LIMIT, 1)
            ccurl_set_long(pointer, CURLOPT_LOW_SPEED_TIME, max(1, (idle.milliseconds + 999) / 1_000))
        }
        if let total = timeouts.total { ccurl_set_long(pointer, CURLOPT_TIMEOUT_MS, max(1, total.milliseconds)) }
    }

    private func setMethod(_ request: APIRequest) {
        switch request.method {
        case .get: break
        case .head: ccurl_set_long(pointer, CURLOPT_NOBODY, 1)
        case .post, .put, .patch, .delete:
            if request.body != nil || request.method != .delete {
                let bytes = request.body?.bytes ?? []
                _ = bytes.withUnsafeBytes { ccurl_set_body(pointer, $0.baseAddress, $0.count) }
            }
            ccurl_set_string(pointer, CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
    }

    private func setHeaders(_ headers: [HTTPHeader], body: APIRequest.Body?) {
        // libcurl's own `Expect: 100-continue` costs a round trip, its form content type would be a lie.
        var lines = ["Expect:", "Content-Type:" + (body.map { " " + $0.contentType } ?? "")]
        lines += headers.map { $0.name + ": " + $0.value }
        for line in lines { headerList = ccurl_list_append(headerList, line) }
        ccurl_set_list(pointer, CURLOPT_HTTPHEADER, headerList)
    }

    /// Whether a handshake ended without a word: a server that goes away, or what stands in front of it, not a question
    /// of trust.
    private static func isHangUp(_ text: String) -> Bool {
        ["SSL_ERROR_SYSCALL", "reset by peer", "unexpected eof"].contains { text.contains($0) }
    }

    /// What `code` means for `call`.
    func failure(_ code: CURLcode, call: String, endpoint: String) -> APIFailure {
        let text = errorText.pointee == 0 ? String(cString: ccurl_easy_strerror(code)) : String(cString: errorText)
        switch code {
        case CURLE_COULDNT_CONNECT:
            switch Int32(ccurl_os_error(pointer)) {
            case ENOENT: return .unreachable(endpoint: endpoint, reason: .missing)
            case ECONNREFUSED: return .unreachable(endpoint: endpoint, reason: .refused)
            case EACCES, EPERM: return .unreachable(endpoint: endpoint, reason: .permissionDenied)
            default: return .unreachable(endpoint: endpoint, reason: .other(text))
            }
        case CURLE_RECV_ERROR where text.contains("CONNECT"):
            // The proxy said no, in words that libcurl tells: nothing was sent to the server itself.
            return .unreachable(endpoint: endpoint, reason: .other(text))
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_URL_MALFORMAT, CURLE_PROXY:
            return .unreachable(endpoint: endpoint, reason: .other(text))
        case CURLE_SSL_CONNECT_ERROR where Self.isHangUp(text):
            return .interrupted(call: call, reason: text)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR:
            return .unreachable(endpoint: endpoint, reason: .tls(text))
        case CURLE_OPERATION_TIMEDOUT:
            return .timedOut(call: call)
        case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING, CURLE_UNSUPPORTED_PROTOCOL:
            // libcurl calls an answer without a status line HTTP/0.9, a protocol it does not support.
            return .unexpectedReply(call: call, reason: text)
        default:
            return .interrupted(call: call, reason: text)
        }
    }
}

extension Duration {
    var milliseconds: Int {
        Int(components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000)
    }
}
