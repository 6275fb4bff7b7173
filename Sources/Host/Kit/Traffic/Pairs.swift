/// What `KEY=value` texts say, as an environment has them; what is no such text is left out.
package func variables(_ pairs: [String]) -> [String: String] {
    Dictionary(
        pairs.compactMap { pair in
            pair.firstIndex(of: "=").map { (String(pair[..<$0]), String(pair[pair.index(after: $0)...])) }
        }
    ) { $1 }
}
