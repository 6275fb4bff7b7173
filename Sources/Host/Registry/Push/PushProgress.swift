import AdapterKit
import DockerEngine

/// Tells how far a push is, a subject for each layer.
struct PushProgress: Sendable {
    private let console: any Console
    /// Where nobody watches, only quarters are told: each progress is a line in a log there.
    private let isWatched: Bool
    private(set) var uploaded = 0
    private(set) var layers: [String: String] = [:]

    init(_ console: any Console) {
        self.console = console
        isWatched = console.terminal != nil
    }

    /// Takes a line of the engine's stream.
    mutating func take(_ line: PushLine) async {
        guard let layer = line.id, let status = line.status, let text = text(status, line.progressDetail),
            layers[layer] != text
        else { return }
        if text == "pushed" { uploaded += 1 }
        layers[layer] = text
        await console.report(.progress(subject: layer, text: text))
    }

    private func text(_ status: String, _ detail: PushLine.Detail?) -> String? {
        switch status {
        case "Pushed": return "pushed"
        case "Layer already exists": return "is there already"
        case let status where status.hasPrefix("Mounted from"): return "taken from \(status.dropFirst(13))"
        case let status where status.hasPrefix("Retrying"): return isWatched ? status.lowercased() : "is tried again"
        case "Pushing":
            guard let total = detail?.total, total > 0, let current = detail?.current else { return "pushing" }
            let share = min(100, current * 100 / total)
            if isWatched { return "\(size(current)) of \(size(total))" }
            return share < 25 ? "pushing \(size(total))" : share < 100 ? "\(share / 25 * 25) % of \(size(total))" : nil
        default: return nil
        }
    }

    private func size(_ bytes: Int) -> String {
        bytes < 1_000_000 ? "\((bytes + 999) / 1_000) kB" : "\(bytes / 1_000_000).\(bytes / 100_000 % 10) MB"
    }
}
