import Traffic

/// Recordings and other programs' HAR files.
public enum HARFiles {
    /// A foreign HAR file, such as a browser's or a proxy's, as one of ours: without secrets, ids and times in order.
    public static func importing(_ bytes: [UInt8], product: String, version: String, day: String, title: String)
        throws -> String
    {
        var recording = try ForeignHAR(server: .init(product: product, version: version), recorded: day)
            .recording(bytes, title: title)
        recording.creator = KitVersion.current + ", imported"
        if let suspicion = CanaryGate.suspicion(in: recording.har) {
            throw Broken("it was not kept: it holds \(suspicion)")
        }
        return recording.har
    }

    /// A recording as plain HAR that any viewer shows: bodies as text.
    public static func exporting(_ bytes: [UInt8]) throws -> String { try Recording(har: bytes).plainHAR }
}
