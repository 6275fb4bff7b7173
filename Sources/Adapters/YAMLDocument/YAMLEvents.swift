import CYAML

/// What libyaml finds in a text, one after the other.
final class YAMLEvents {
    enum Event {
        case documentStart
        case scalar(YAMLScalar, anchor: String?)
        case listStart(tag: String?, anchor: String?)
        case listEnd
        case mappingStart(tag: String?, anchor: String?)
        case mappingEnd
        case alias(String)
        case end
    }

    /// Where the last event began.
    private(set) var line = 1
    private(set) var column = 1
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    /// libyaml reads from it as long as the parser lives.
    private let text: UnsafeMutableBufferPointer<UInt8>

    init(_ bytes: [UInt8]) throws {
        parser = .allocate(capacity: 1)
        text = .allocate(capacity: max(1, bytes.count))
        _ = text.update(fromContentsOf: bytes)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.initialize(to: yaml_parser_t())
            throw YAMLProblem("there is no memory to read it", line: 1, column: 1)
        }
        yaml_parser_set_input_string(parser, text.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        text.deallocate()
    }

    func next() throws -> Event {
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else { throw problem }
            defer { yaml_event_delete(&event) }
            line = event.start_mark.line + 1
            column = event.start_mark.column + 1
            switch event.type {
            case YAML_DOCUMENT_START_EVENT: return .documentStart
            case YAML_SCALAR_EVENT:
                let scalar = event.data.scalar
                let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
                return .scalar(
                    YAMLScalar(
                        text: String(decoding: bytes, as: UTF8.self),
                        isPlain: scalar.plain_implicit == 1 && scalar.style == YAML_PLAIN_SCALAR_STYLE,
                        tag: scalar.plain_implicit == 1 || scalar.quoted_implicit == 1 ? nil : Self.string(scalar.tag)),
                    anchor: Self.string(scalar.anchor))
            case YAML_SEQUENCE_START_EVENT:
                let start = event.data.sequence_start
                return .listStart(tag: Self.string(start.tag), anchor: Self.string(start.anchor))
            case YAML_SEQUENCE_END_EVENT: return .listEnd
            case YAML_MAPPING_START_EVENT:
                let start = event.data.mapping_start
                return .mappingStart(tag: Self.string(start.tag), anchor: Self.string(start.anchor))
            case YAML_MAPPING_END_EVENT: return .mappingEnd
            case YAML_ALIAS_EVENT: return .alias(Self.string(event.data.alias.anchor) ?? "")
            case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return .end
            default: continue
            }
        }
    }

    private static func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private var problem: YAMLProblem {
        let parser = parser.pointee
        let text = parser.problem.map { String(cString: $0) } ?? "it cannot be read"
        // The reader knows the byte only.
        guard parser.error == YAML_READER_ERROR else {
            return YAMLProblem(text, line: parser.problem_mark.line + 1, column: parser.problem_mark.column + 1)
        }
        let before = self.text.prefix(parser.problem_offset)
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return YAMLProblem(
            text, line: before.count { $0 == UInt8(ascii: "\n") } + 1, column: before.count - lineStart + 1)
    }
}
