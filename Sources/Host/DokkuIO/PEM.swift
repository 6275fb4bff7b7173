import FoundationEssentials

/// Texts in privacy-enhanced mail's armour (RFC 7468).
enum PEM {
    /// What the whole blocks of `text` say they are, such as `CERTIFICATE`; a block that is cut off, or whose body is
    /// no base64, counts as none.
    static func labels(in text: String) -> [String] {
        var labels: [String] = []
        var open: (label: String, body: String)?
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.trimming { $0.isWhitespace }
            if line.hasPrefix("-----BEGIN "), line.hasSuffix("-----"), line.count > 16 {
                open = (String(line.dropFirst(11).dropLast(5)), "")
            } else if let block = open, line == "-----END \(block.label)-----" {
                if let bytes = Data(base64Encoded: block.body), !bytes.isEmpty { labels.append(block.label) }
                open = nil
            } else if !line.contains(":") {
                open?.body += line
            }
        }
        return labels
    }
}

extension Substring {
    fileprivate func trimming(_ isGone: (Character) -> Bool) -> Substring {
        var rest = self
        while let first = rest.first, isGone(first) { rest.removeFirst() }
        while let last = rest.last, isGone(last) { rest.removeLast() }
        return rest
    }
}
