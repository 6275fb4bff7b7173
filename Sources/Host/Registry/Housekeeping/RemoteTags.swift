import APIClient
import AdapterKit

/// The numbered tags that an app's releases have left in a registry, and which of them may go.
package struct RemoteTags: Sendable {
    private let registry: RegistryClient

    package init(_ app: AppName, in repository: RepositoryName, _ context: RegistryContext) {
        registry = RegistryClient(repository, of: app, context)
    }

    /// A tag that goes, with what it leads to.
    package struct Old: Sendable, Equatable {
        package var tag: String
        package var digest: String
    }

    /// Chooses among the tags of a repository: the newest `keeping` numbers stay, as does whatever is no number of ours.
    package struct Choice: Sendable, Equatable {
        package var old: [String]
        package var kept: [String]

        package init(_ tags: [String], keeping: Int, upTo last: Int) {
            let numbers = tags.compactMap { Int($0) }.filter { $0 > 0 && $0 <= last }.sorted(by: >)
            old = numbers.dropFirst(max(1, keeping)).sorted().map(String.init)
            let going = Set(old)
            kept = tags.filter { !going.contains($0) }.sorted()
        }
    }

    /// Tags that no kept release needs: neither as a number that is kept, nor under another tag, nor by digest.
    /// - Parameters:
    ///   - last: the number that was pushed last; higher ones are nobody's or somebody else's.
    ///   - digests: what releases name that must be possible to start.
    package func old(keeping: Int, upTo last: Int, digests: Set<String>) async throws -> [Old] {
        let choice = Choice(try await tags(), keeping: keeping, upTo: last)
        guard !choice.old.isEmpty else { return [] }
        var needed = digests
        for tag in choice.kept { if let digest = try await registry.head(tag)?.digest { needed.insert(digest) } }
        // Images of a kept index are named by their own digests.
        for digest in needed {
            guard let head = try await registry.head(digest), head.isIndex else { continue }
            let index = try await registry.send(
                .manifest(registry.repository.path, digest), to: "read the index \(digest)")
            needed.formUnion(try PlatformChoice(index: index.bytes).images.values)
        }
        var old: [Old] = []
        for tag in choice.old {
            guard let digest = try await registry.head(tag)?.digest, !needed.contains(digest) else { continue }
            old.append(Old(tag: tag, digest: digest))
        }
        return old
    }

    /// Removes what a tag leads to, and so all tags that lead there.
    package func remove(_ old: Old) async throws {
        try await registry.send(
            .deleteManifest(registry.repository.path, digest: old.digest),
            to: "remove \(registry.repository):\(old.tag)")
    }

    private func tags() async throws -> [String] {
        var tags: [String] = []
        var page: String?
        repeat {
            let answer = try await registry.send(
                .tags(registry.repository.path, page: page), to: "list the tags of \(registry.repository)")
            tags += answer.tags
            page = answer.next
        } while page != nil
        return tags
    }
}
