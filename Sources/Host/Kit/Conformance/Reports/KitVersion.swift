/// Which kit wrote a report.
public enum KitVersion {
    /// The version of the program and of the cases in it.
    public static let current = "0.1.0"
}
