import Foundation

/// All figures of a run, for people and for programs.
struct Report: Codable, Sendable {
    /// What was measured together, under one title.
    struct Part: Codable, Sendable {
        var title: String
        var figures: [Figure]
        /// Why nothing, or not all, was measured.
        var skipped: String?
    }

    var parts: [Part] = []

    private static let barWidth = 24

    /// A table with bars: the longest of a figure is the slowest.
    var table: String {
        var lines: [String] = []
        for part in parts {
            lines.append("=====> \(part.title)")
            if let skipped = part.skipped { lines.append("       skipped: \(skipped)") }
            for figure in part.figures {
                lines.append(
                    "-----> \(figure.title) (\(figure.unit), median and spread of \(figure.ours.values.count))")
                let all = [figure.ours] + figure.others
                let longest = all.map(\.median).max() ?? 0
                for runner in all {
                    let length = longest > 0 ? Int((runner.median / longest * Double(Self.barWidth)).rounded(.up)) : 0
                    let bar = String(repeating: "█", count: length).padding(
                        toLength: Self.barWidth, withPad: " ", startingAt: 0)
                    let spread = "\(Self.number(runner.values.min() ?? 0)) to \(Self.number(runner.values.max() ?? 0))"
                    let ratio =
                        figure.others.isEmpty || runner.name == figure.ours.name
                        ? "" : figure.ratio(to: runner).map { "  ours is \(Self.number($0)) x" } ?? ""
                    lines.append(
                        "       \(runner.name.padding(toLength: 34, withPad: " ", startingAt: 0)) \(bar) "
                            + "\(Self.number(runner.median))  (\(spread))\(ratio)")
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return try encoder.encode(self)
    }

    private static func number(_ value: Double) -> String {
        switch value {
        case 100...: String(Int(value.rounded()))
        case 10...: String(format: "%.1f", value)
        default: String(format: "%.2f", value)
        }
    }
}
