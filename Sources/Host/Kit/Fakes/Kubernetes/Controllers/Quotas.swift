import JSONDocument

extension Cluster {
    /// Why there is no room for another pod in a namespace, in the server's words; `nil` when there is.
    func quotaProblem(in namespace: String) -> String? {
        for (key, quota) in store.all("resourcequotas", in: namespace) {
            guard let limit = quota.at("spec", "hard", "pods").flatMap({ $0.whole ?? $0.text.flatMap { Int($0) } })
            else {
                continue
            }
            let used = store.all("pods", in: namespace).filter { !isOver($0.object) }.count
            if used >= limit {
                return "exceeded quota: \(key.name), requested: pods=1, used: pods=\(used), limited: pods=\(limit)"
            }
        }
        return nil
    }
}
