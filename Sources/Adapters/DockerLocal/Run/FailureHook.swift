import APIClient
import AdapterKit

/// What `onFailure` of a check asks for: a program on the host, then a post. Their own trouble is only told.
struct FailureHook: Sendable {
    let check: Healthcheck
    let instance: InstanceName
    let context: AdapterContext
    let console: any Console

    /// How long a program may hold a failed deploy up.
    private static let patience = Duration.seconds(30)

    private struct Report: Encodable {
        var check_name: String
        var errors: [String]
    }

    func run(_ problem: String) async throws {
        guard let hook = check.onFailure else { return }
        if !hook.command.isEmpty { try await runProgram(hook.command) }
        if let url = hook.url { try await post(problem, to: url) }
    }

    private func runProgram(_ words: [String]) async throws {
        do {
            let status = try await withThrowingTaskGroup(of: ExitStatus?.self) { [context] tasks in
                tasks.addTask { try await context.runOnHost(words) }
                tasks.addTask {
                    try await Task.sleep(for: Self.patience)
                    return nil
                }
                defer { tasks.cancelAll() }
                return try await tasks.next() ?? nil
            }
            if status == .success { return }
            await tell(
                status.map { "its onFailure command exited with code \($0.rawValue)" }
                    ?? "its onFailure command was ended after \(Self.patience.components.seconds) seconds")
        } catch let error as CancellationError {
            throw error
        } catch {
            await tell("its onFailure command could not be run: \(EngineTrouble.describe(error))")
        }
    }

    private func post(_ problem: String, to url: String) async throws {
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            return await tell("its onFailure address begins with neither http:// nor https://")
        }
        let slash = url.dropFirst(8).firstIndex(of: "/") ?? url.endIndex
        let client = APIClient(transport: CurlTransport(endpoint: APIEndpoint(.url(String(url[..<slash])))))
        let path = slash == url.endIndex ? "/" : String(url[slash...])
        do {
            try await client.send(
                APICall<Void>(
                    APIRequest(
                        .post, path, body: try .json(Report(check_name: check.name, errors: [problem])),
                        timeouts: Timeouts(connect: .seconds(5), idle: .seconds(5), total: .seconds(10))),
                    expecting: Set(200..<300)))
        } catch let error as CancellationError {
            throw error
        } catch {
            await tell("its onFailure address did not take the post")
        }
    }

    private func tell(_ text: String) async {
        await console.report(.warning("\(instance): check '\(check.name)': \(text)"))
    }
}
