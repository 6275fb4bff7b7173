extension ImageFacts.Kind {
    /// The words that run `words` with the environment that the image's builder gives its processes.
    package func starting(_ words: [String]) -> [String] {
        switch self {
        case .herokuish: ["/exec"] + words
        case .pack: ["launcher"] + words
        case .dockerfile: words
        }
    }
}
