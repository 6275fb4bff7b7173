/// Names are coded as plain text and checked when they are decoded, so no document can bring in a bad one.
extension AppName: Codable {
    public init(from decoder: any Decoder) throws { try self.init(checkedText(decoder)) }
    public func encode(to encoder: any Encoder) throws { try encodeText(description, encoder) }
}

extension ProcessType: Codable {
    public init(from decoder: any Decoder) throws { try self.init(checkedText(decoder)) }
    public func encode(to encoder: any Encoder) throws { try encodeText(description, encoder) }
}

extension DeploymentID: Codable {
    public init(from decoder: any Decoder) throws { try self.init(checkedText(decoder)) }
    public func encode(to encoder: any Encoder) throws { try encodeText(description, encoder) }
}

extension InstanceName: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try checkedText(decoder)
        guard let name = InstanceName(text) else {
            throw AdapterError(.invalidInput, "'\(text.prefix(80))' is no instance: write TYPE.INDEX, such as web.1")
        }
        self = name
    }
    public func encode(to encoder: any Encoder) throws { try encodeText(description, encoder) }
}

private func checkedText(_ decoder: any Decoder) throws -> String {
    try decoder.singleValueContainer().decode(String.self)
}

private func encodeText(_ text: String, _ encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
}
