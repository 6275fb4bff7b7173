import FoundationEssentials

/// What messages say of a certificate: whose it is and how long it is good (X.509, RFC 5280).
struct CertificateFacts: Sendable, Equatable {
    /// The common name of its subject; empty when it has none.
    var name: String
    /// Seconds since 1970 up to which it is good.
    var expires: Int

    /// Of the first certificate in `pem`; `nil` when there is none that can be read.
    init?(pem: [UInt8]) {
        let text = String(decoding: pem, as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline).map { String($0).trimmed }
        guard let begin = lines.firstIndex(of: "-----BEGIN CERTIFICATE-----"),
            let end = lines[begin...].firstIndex(of: "-----END CERTIFICATE-----"),
            let data = Data(base64Encoded: lines[(begin + 1)..<end].joined())
        else { return nil }
        self.init(der: Array(data))
    }

    private init?(der: [UInt8]) {
        var outer = DERReader(der[...])
        guard var certificate = outer.enter(0x30), var body = certificate.enter(0x30) else { return nil }
        // Version, serial number, signature algorithm, issuer.
        if body.tag == 0xA0 { body.skip() }
        for _ in 0..<3 { body.skip() }
        guard var validity = body.enter(0x30), var subject = body.enter(0x30) else { return nil }
        validity.skip()
        guard let tag = validity.tag, let time = validity.next()?.content,
            let expires = Self.seconds(String(decoding: time, as: UTF8.self), hasCentury: tag == 0x18)
        else { return nil }
        self.expires = expires
        name = ""
        while var names = subject.enter(0x31) {
            while var pair = names.enter(0x30) {
                guard let key = pair.next()?.content, let value = pair.next()?.content else { break }
                // id-at-commonName
                if key.elementsEqual([0x55, 0x04, 0x03]) { name = String(decoding: value, as: UTF8.self) }
            }
        }
    }

    /// `YYMMDDhhmmssZ`, or with the century in front.
    private static func seconds(_ text: String, hasCentury: Bool) -> Int? {
        var digits = Array(text)
        if !hasCentury, let decade = digits.first { digits = (decade < "5" ? ["2", "0"] : ["1", "9"]) + digits }
        guard digits.count == 15 else { return nil }
        func part(_ range: Range<Int>) -> String { String(digits[range]) }
        return Timestamp.seconds(
            "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(8..<10)):\(part(10..<12)):\(part(12..<14))Z")
    }
}

/// Walks through DER's values (X.690).
private struct DERReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// The tag of the next value.
    var tag: UInt8? { rest.first }

    mutating func skip() { _ = next() }

    /// A reader of the next value's parts, when it has this tag.
    mutating func enter(_ tag: UInt8) -> DERReader? {
        guard self.tag == tag, let value = next() else { return nil }
        return DERReader(value.content)
    }

    mutating func next() -> (tag: UInt8, content: ArraySlice<UInt8>)? {
        var bytes = rest
        guard let tag = bytes.popFirst(), let first = bytes.popFirst() else { return nil }
        var length = Int(first)
        if first & 0x80 != 0 {
            let count = Int(first & 0x7F)
            guard (1...4).contains(count), bytes.count >= count else { return nil }
            length = bytes.prefix(count).reduce(0) { $0 << 8 | Int($1) }
            bytes = bytes.dropFirst(count)
        }
        guard bytes.count >= length else { return nil }
        rest = bytes.dropFirst(length)
        return (tag, bytes.prefix(length))
    }
}
