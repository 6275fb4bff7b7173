import JSONDocument

/// The server's comparison of two versions of a job as lines, for a person to read.
struct JobDifference: Sendable {
    let mask: JobMask

    /// Lines such as `- web.Count: 2` and `+ web.Count: 3`.
    func lines(_ diff: JSONValue?) -> [String] {
        guard let diff else { return [] }
        var lines = part(diff, "")
        for group in diff["TaskGroups"]?.items ?? [] {
            let name = group["Name"]?.text ?? ""
            lines += whole(group, name) + part(group, name)
            for task in group["Tasks"]?.items ?? [] {
                let path = "\(name).\(task["Name"]?.text ?? "")"
                lines += whole(task, path) + part(task, path)
            }
        }
        return lines
    }

    /// A group or task that comes or goes as a whole.
    private func whole(_ part: JSONValue, _ path: String) -> [String] {
        switch part["Type"]?.text {
        case "Added": ["+ \(path)"]
        case "Deleted": ["- \(path)"]
        default: []
        }
    }

    private func part(_ part: JSONValue, _ path: String) -> [String] {
        let fields = (part["Fields"]?.items ?? []).flatMap { field($0, path) }
        let objects = (part["Objects"]?.items ?? []).flatMap { object in
            self.part(object, joined(path, object["Name"]?.text ?? ""))
        }
        return fields + objects
    }

    private func field(_ field: JSONValue, _ path: String) -> [String] {
        let name = field["Name"]?.text ?? ""
        // Another in each deploy, and nothing that anybody decides.
        guard field["Type"]?.text != "None", name != "Meta[\(Meta.deployment)]" else { return [] }
        let whole = joined(path, name)
        return [("-", field["Old"]?.text ?? ""), ("+", field["New"]?.text ?? "")].compactMap { sign, value in
            value.isEmpty ? nil : "\(sign) \(whole): \(mask.masked(value, ofField: name))"
        }
    }

    private func joined(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
}
