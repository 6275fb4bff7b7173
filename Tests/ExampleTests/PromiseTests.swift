import Foundation
import TestSupport
import Testing

@testable import Conformance

/// The list of promises is the kit's own. `make fix` writes it anew.
struct PromiseTests {
    private static let article = "WhatEachCallPromises.md"

    @Test func theArticleListsTheCasesAsTheyAre() throws {
        let text = try Documentation.text(Self.article)
        let fresh = Self.filled(text)
        if Fixtures.areUpdated {
            try Data(fresh.utf8).write(to: URL(fileURLWithPath: Documentation.path(Self.article)))
        } else {
            #expect(text == fresh, "run 'make fix'")
        }
    }

    @Test func everyChapterHasItsPlace() throws {
        let text = try Documentation.text(Self.article)
        let told = text.matches(of: /<!-- cases: (.*) -->/).flatMap { $0.output.1.split(separator: " ") }.map(
            String.init)
        let chapters = Set(Suite.all.map(\.chapter)).subtracting(["resilience"])
        #expect(Set(told) == chapters)
        #expect(told.count == chapters.count)
    }

    /// The article with what stands between its marks made anew.
    private static func filled(_ text: String) -> String {
        var lines: [String] = []
        var isSkipping = false
        for line in text.components(separatedBy: "\n") {
            if line == "<!-- end -->" { isSkipping = false }
            if !isSkipping { lines.append(line) }
            if line.hasPrefix("<!-- cases: ") {
                isSkipping = true
                let chapters = line.dropFirst("<!-- cases: ".count).dropLast(" -->".count).split(separator: " ")
                lines += Suite.all.filter { chapters.contains($0.chapter[...]) }.map(told)
            } else if line == "<!-- faults -->" {
                isSkipping = true
                lines += Fault.allCases.map { "* `resilience.\($0.rawValue)`: \($0.sentence)" }
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func told(_ tested: ConformanceCase) -> String {
        let id = tested.level == .core ? "**`\(tested.id)`**" : "`\(tested.id)`"
        return "* \(id): \(tested.promise)"
    }
}
