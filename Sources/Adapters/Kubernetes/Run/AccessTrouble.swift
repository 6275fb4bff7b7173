import APIClient
import AdapterKit

/// What stands between us and a cluster, for people: trust in one direction or the other.
struct AccessTrouble: Sendable {
    let address: ClusterAddress
    /// The cluster's authority, PEM.
    let authority: [UInt8]?
    let now: @Sendable () -> Int

    /// `failure` of a request that showed `credential`; what has nothing to do with trust is left as it is.
    func explain(_ failure: APIFailure, _ credential: Credential) -> any Error {
        switch failure {
        case .status(let status) where status.status == 401: refused(credential, status.message)
        case .unreachable(_, .tls(let text)): untrusted(text, credential)
        // With TLS 1.3, a server refuses our certificate after it has let us speak.
        case .interrupted(_, let text) where text.contains("alert"): untrusted(text, credential)
        default: failure
        }
    }

    private func refused(_ credential: Credential, _ message: String) -> AdapterError {
        if let expired = expired(credential) { return expired }
        let way =
            if address.user.exec != nil {
                "what the program \(address.user.exec?.command ?? "") gave"
            } else if let file = address.user.tokenFile {
                "the token in \(file)"
            } else if credential.headers.contains(where: { $0.name == "Authorization" }) {
                address.user.username == nil ? "the token" : "the password"
            } else if credential.clientCertificate != nil {
                "the client certificate"
            } else {
                "a request without credentials"
            }
        return AdapterError(
            .denied, "the server of \(address.name) refused \(way) of \(address.userName)",
            details: message.isEmpty || message == "Unauthorized" ? [] : ["it said: \(message)"],
            hint: "get new credentials for \(address.userName) and put them into \(address.source)")
    }

    private func expired(_ credential: Credential) -> AdapterError? {
        guard let pem = credential.clientCertificate, let facts = CertificateFacts(pem: pem), facts.expires < now()
        else { return nil }
        return AdapterError(
            .denied,
            "the client certificate of \(address.userName) has expired on \(Timestamp.text(facts.expires))",
            details: ["it is for '\(facts.name)', and comes from \(address.source)"],
            hint: "get a new one for \(address.userName) and put it into \(address.source)")
    }

    private func untrusted(_ text: String, _ credential: Credential) -> AdapterError {
        let text = text.lowercased()
        let host = address.cluster.tlsServerName ?? address.host
        if text.contains("alert"), let expired = expired(credential) { return expired }
        let (problem, hint): (String, String)
        if text.contains("has expired") {
            problem = "the certificate of \(address.host) has expired"
            hint = "see whether this machine's clock is right: date; else renew the cluster's certificates"
        } else if text.contains("not yet valid") {
            problem = "the certificate of \(address.host) is not good yet"
            hint = "see whether this machine's clock is right: date"
        } else if text.contains("subject name") || text.contains("subjectaltname") || text.contains("does not match") {
            problem = "the certificate of \(address.host) is not for the name \(host)"
            hint = "set tls-server-name in \(address.source) to a name that it is for"
        } else if text.contains("self-signed") || text.contains("self signed") || text.contains("issuer certificate")
            || text.contains("unable to verify") || text.contains("signature failure")
        {
            problem = "the certificate of \(address.host) is not signed by \(authorityName)"
            hint = "put the cluster's authority into \(address.source): certificate-authority"
        } else if text.contains("alert") {
            problem = "the server does not take the client certificate of \(address.userName)"
            hint = "get a new one and put it into \(address.source)"
        } else {
            problem = "no TLS connection to \(address.host) comes about"
            hint = "check server, certificate-authority and client-certificate in \(address.source)"
        }
        return AdapterError(
            .unreachable, "\(problem) (\(address.name))", details: ["TLS says: \(text)"], hint: hint)
    }

    private var authorityName: String {
        guard let authority else { return "any authority that this machine trusts" }
        let name = CertificateFacts(pem: authority).map { "'\($0.name)' " } ?? ""
        return switch address.cluster.certificateAuthority {
        case .file(let path): "the authority \(name)in \(path)"
        default: "the authority \(name)in \(address.source)"
        }
    }
}
