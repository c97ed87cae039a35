using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ContentDownload.Origin;

/// <summary>One thing that can be downloaded: a file of the .NET SDK on this machine, or a part of a large one.</summary>
internal sealed record OriginFile(string Id, string Collection, string Path, string Source, long Offset, int Length, string Sha256)
{
    public const string PathPrefix = "/ref-files/";

    private const int PartLength = 64 * 1024;
    private const int PartsOfOneFile = 8;
    private const int ItemsInCollection = 10;

    // so often a collection offers what another one has, too
    private const int DuplicateEvery = 25;

    public async Task<byte[]> ReadAsync(CancellationToken cancellationToken)
    {
        var content = new byte[Length];
        using var file = File.OpenHandle(Source, options: FileOptions.Asynchronous);
        var read = 0;
        while (
            read < Length && await RandomAccess.ReadAsync(file, content.AsMemory(read), Offset + read, cancellationToken) is var n and > 0
        )
            read += n;
        return content;
    }

    /// <summary>As many of them as asked for, always the same ones for the same seed.</summary>
    public static List<OriginFile> Choose(int count, int seed)
    {
        var parts = Parts(count).ToArray();
        new Random(seed).Shuffle(parts);
        var files = new List<OriginFile>(count);
        for (var i = 0; i < count; i++)
        {
            var (source, offset, length, name) =
                i % DuplicateEvery == DuplicateEvery - 1 ? parts[(i / 2) % parts.Length] : parts[i % parts.Length];
            files.Add(
                new OriginFile(
                    $"i-{i:00000}",
                    $"c-{i / ItemsInCollection:0000}",
                    $"{PathPrefix}{i / ItemsInCollection}/{i % ItemsInCollection}/{name}",
                    source,
                    offset,
                    length,
                    HashOf(source, offset, length)
                )
            );
        }

        return files;
    }

    private static IEnumerable<(string Source, long Offset, int Length, string Name)> Parts(int wanted)
    {
        var found = 0;
        foreach (var folder in Folders())
        {
            foreach (var path in Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                var length = new FileInfo(path).Length;
                for (var part = 0; part < PartsOfOneFile && (long)part * PartLength < length; part++)
                {
                    var offset = (long)part * PartLength;
                    var name = $"{System.IO.Path.GetFileName(path)}-{found++}";
                    yield return (path, offset, (int)Math.Min(PartLength, length - offset), Uri.EscapeDataString(name));
                }
            }

            if (found >= wanted)
                yield break;
        }

        if (found == 0)
            throw new InvalidOperationException("There are no files of .NET on this machine to download. Set DOTNET_ROOT to its folder.");
    }

    // the reference assemblies and their documentation, which come with every SDK; where there are none, the runtime itself
    private static IEnumerable<string> Folders()
    {
        var runtime = RuntimeEnvironment.GetRuntimeDirectory();
        string?[] roots = [Environment.GetEnvironmentVariable("DOTNET_ROOT"), System.IO.Path.Combine(runtime, "../../..")];
        return roots
            .OfType<string>()
            .SelectMany(static root => new[] { System.IO.Path.Combine(root, "packs"), System.IO.Path.Combine(root, "sdk") })
            .Append(runtime)
            .Where(Directory.Exists)
            .Select(System.IO.Path.GetFullPath)
            .Distinct();
    }

    private static string HashOf(string source, long offset, int length)
    {
        var content = new byte[length];
        using var file = File.OpenRead(source);
        file.Position = offset;
        file.ReadExactly(content);
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }
}
