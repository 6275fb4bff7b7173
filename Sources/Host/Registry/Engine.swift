import APIClient
import AdapterKit
import DockerEngine

/// The local engine, which has the images and pushes them.
enum Engine {
    /// - Throws: ``AdapterError`` when there is none.
    static func connect(_ context: RegistryContext) async throws -> DockerEngine {
        let variables = context.variables
        do {
            let endpoint = try EngineAddress.endpoint(
                host: variables["DOCKER_HOST"], verifyTLS: variables["DOCKER_TLS_VERIFY"]?.isEmpty == false,
                certificateFolder: variables["DOCKER_CERT_PATH"], readFile: context.readFile)
            return try await DockerEngine.connect(to: endpoint) { context.wrapped($0) }
        } catch let failure as APIFailure {
            throw trouble(failure, while: "reach the engine that has the image")
        } catch let problem as EngineAddress.Problem {
            throw AdapterError(.invalidSettings, "DOCKER_HOST leads to no Docker Engine: \(problem)")
        } catch let old as EngineTooOld {
            throw AdapterError(
                .unreachable, "the Docker Engine is too old: it speaks API \(old.apiVersion), \(old.needed) is needed")
        }
    }

    /// `nil` when the engine has no such image.
    static func image(_ reference: String, at engine: DockerEngine) async throws -> ImageDetails? {
        do {
            return try await engine.send(.inspectImage(reference))
        } catch let failure as APIFailure where failure.status == 404 {
            return nil
        } catch let failure as APIFailure {
            throw trouble(failure, while: "look at the image \(reference)")
        }
    }

    static func trouble(_ failure: APIFailure, while action: String) -> AdapterError {
        let code: AdapterError.Code =
            switch failure {
            case .unreachable, .interrupted: .unreachable
            case .timedOut: .timedOut
            default: .unexpectedReply
            }
        return AdapterError(
            code, "could not \(action): \(code == .unexpectedReply ? "the Docker Engine refuses" : "no answer")",
            details: [failure.description], hint: "see whether the engine is well: systemctl status docker")
    }
}
