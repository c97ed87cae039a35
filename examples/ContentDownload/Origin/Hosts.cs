namespace ContentDownload.Origin;

/// <summary>Who serves what. The names end in .test (RFC 2606), and a client of this program finds all of them at the one server that there is.</summary>
internal static class Hosts
{
    public const string Catalog = "catalog.test";
    public const string Primary = "primary.test";
    public const string Archive = "archive.test";
    public const string BrokenMirror = "mirror-07.test";

    public static readonly string[] Mirrors = [.. Enumerable.Range(1, 16).Select(static n => $"mirror-{n:00}.test")];

    public static bool IsMirror(string host) => host.StartsWith("mirror-", StringComparison.Ordinal);
}
