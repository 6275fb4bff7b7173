import AdapterKit

/// A numbered deploy of an app, as the ledger tells of it. It holds no value of the config and no secret.
package struct Release: Sendable, Equatable {
    /// What went in, known before the scheduler was asked for anything.
    package var begun: Begun
    /// What came of it; `nil` while nobody has noted that.
    package var ended: Ended?
    package var outcome: Outcome

    package var number: Int { begun.number }

    /// What became of a release.
    package enum Outcome: String, Sendable, Equatable {
        /// It took over. A later one may have taken over since.
        case succeeded
        /// It did not take over.
        case failed
        /// It was called off before it took over.
        case cancelled
        /// The process that deployed it ended without a word, before it took over.
        case interrupted
        /// It is being deployed right now.
        case deploying
        /// A word of a later version of this program.
        case unknown
    }

    /// The line with which a release begins. What is optional was not known, or not to older versions.
    package struct Begun: Codable, Sendable, Equatable {
        package var number: Int
        /// ``DeploymentID``: what the scheduler's objects carry.
        package var id: String
        /// RFC 3339.
        package var at: String
        /// Why it was deployed, in the word of the command: `deploy`, `restart`, `scale`, `config`, `rollback`.
        package var reason: String?
        /// The release that a rollback goes back to.
        package var from: Int?
        /// The process type that alone was deployed.
        package var only: String?
        /// Who asked for it.
        package var by: String?
        /// `DOKKU_BUILD_ID`
        package var build: String?
        package var scheduler: String?
        package var place: Place?
        package var image: Image?
        package var source: Source?
        package var config: Config?
        /// Instances by process type.
        package var scale: [String: Int]?
        /// By process type.
        package var checks: [String: Check]?
        package var routes: Routes?

        package init(number: Int = 0, id: String, at: String) {
            self.number = number
            self.id = id
            self.at = at
        }
    }

    package struct Image: Codable, Sendable, Hashable {
        /// As the person named it.
        package var reference: String
        /// The digest of its configuration, by which the local engine knows it whatever its tags say later.
        package var id: String?
        /// Where the scheduler pulls it, pinned by digest.
        package var pushed: String?

        /// What is the same for the same image, as far as that is known.
        package var content: String { id ?? pushed ?? reference }

        package init(reference: String, id: String? = nil, pushed: String? = nil) {
            self.reference = reference
            self.id = id
            self.pushed = pushed
        }
    }

    /// Where the image was made from, as far as Dokku says so.
    package struct Source: Codable, Sendable, Equatable {
        /// `GIT_REV`
        package var revision: String?
        /// What `git:from-image` was given.
        package var image: String?

        package init(revision: String? = nil, image: String? = nil) {
            self.revision = revision
            self.image = image
        }
    }

    /// The app's config, without its values.
    package struct Config: Codable, Sendable, Equatable {
        /// The same for the same names and values, within one app's ledger.
        package var fingerprint: String
        package var names: [String]

        package init(fingerprint: String, names: [String]) {
            self.fingerprint = fingerprint
            self.names = names
        }
    }

    /// The checks of a process type: their settings may hold what is not to be shown.
    package struct Check: Codable, Sendable, Equatable {
        /// ``Checks/Mode``
        package var mode: String
        package var names: [String]
        package var fingerprint: String

        package init(mode: String, names: [String], fingerprint: String) {
            self.mode = mode
            self.names = names
            self.fingerprint = fingerprint
        }
    }

    package struct Routes: Codable, Sendable, Equatable {
        package var domains: [String]
        /// `http:80:5000`
        package var ports: [String]

        package init(domains: [String], ports: [String]) {
            self.domains = domains
            self.ports = ports
        }
    }

    /// The line with which a release ends.
    package struct Ended: Codable, Sendable, Equatable {
        package var number: Int
        /// RFC 3339.
        package var at: String
        /// ``Outcome``
        package var outcome: String
        package var seconds: Double?
        package var cause: Cause?
        /// What serves process types now, by name: the scheduler's ids.
        package var instances: [String: String]?
        /// What else the scheduler made of it, in its own words.
        package var objects: [String]?

        package init(number: Int, at: String, outcome: Outcome, seconds: Double? = nil, cause: Cause? = nil) {
            self.number = number
            self.at = at
            self.outcome = outcome.rawValue
            self.seconds = seconds
            self.cause = cause
        }
    }

    package struct Cause: Codable, Sendable, Equatable {
        package var code: String
        package var sentence: String

        package init(code: String, sentence: String) {
            self.code = code
            self.sentence = sentence
        }
    }
}
