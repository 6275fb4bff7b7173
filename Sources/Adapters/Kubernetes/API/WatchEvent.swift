import APIClient
import FoundationEssentials

/// One line of a watch (API concepts, "Efficient detection of changes").
enum WatchEvent<Object: Decodable & Sendable>: Sendable {
    case added(Object)
    case modified(Object)
    case deleted(Object)
    /// Nothing has happened up to this resource version.
    case bookmark(resourceVersion: String)
    /// The watch cannot go on; with code 410 it begins anew with a list.
    case error(StatusReply)
}

extension WatchEvent: Decodable {
    private enum CodingKeys: String, CodingKey { case type, object }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        switch try fields.decode(String.self, forKey: .type) {
        case "ADDED": self = .added(try fields.decode(Object.self, forKey: .object))
        case "MODIFIED": self = .modified(try fields.decode(Object.self, forKey: .object))
        case "DELETED": self = .deleted(try fields.decode(Object.self, forKey: .object))
        case "BOOKMARK":
            self = .bookmark(
                resourceVersion: try fields.decode(Bookmark.self, forKey: .object).metadata.resourceVersion)
        case "ERROR": self = .error(try fields.decode(StatusReply.self, forKey: .object))
        case let type:
            throw DecodingError.dataCorruptedError(
                forKey: .type, in: fields, debugDescription: "no kind of event: \(type)")
        }
    }
}

extension WatchEvent {
    /// Takes a line of a watch apart.
    /// - Throws: ``APIFailure`` for what is no event.
    init(line: [UInt8]) throws {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(line))
        } catch {
            throw APIFailure.unexpectedReply(call: "a watch", reason: "an event is no JSON document")
        }
    }
}

/// All that a bookmark's object holds.
private struct Bookmark: Decodable {
    struct Head: Decodable { var resourceVersion: String }

    var metadata: Head
}
