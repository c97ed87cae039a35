using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace ContentDownload.Downloads;

/// <summary>Files under the hash of their content, so that everything is there once.</summary>
internal sealed class ContentStore
{
    private readonly ConcurrentDictionary<string, bool> _claimed = new(StringComparer.Ordinal);
    private readonly string _folder;
    private readonly string _parts;

    public ContentStore(string output)
    {
        _folder = Directory.CreateDirectory(Path.Combine(output, "content")).FullName;
        _parts = Directory.CreateDirectory(Path.Combine(output, "parts")).FullName;
    }

    /// <summary>True for the first who wants this content, false for those after it.</summary>
    public bool Claim(string hash) => _claimed.TryAdd(hash, true);

    /// <summary>The one that had it could not get it: the next may try.</summary>
    public void GiveBack(string hash) => _claimed.TryRemove(hash, out _);

    /// <summary>A file for what has come of an item so far.</summary>
    public FileStream OpenPart(string item) =>
        new(Path.Combine(_parts, item), FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);

    /// <summary>Takes what was downloaded if it is what it should be.</summary>
    /// <exception cref="CorruptContentException">It is not.</exception>
    public async Task AcceptAsync(FileStream part, string hash, CancellationToken cancellationToken)
    {
        part.Position = 0;
        var actual = Convert.ToHexStringLower(await SHA256.HashDataAsync(part, cancellationToken));
        if (actual != hash)
            throw new CorruptContentException($"The content has the hash {actual}, but the catalog says {hash}.");
        var folder = Directory.CreateDirectory(Path.Combine(_folder, hash[..2])).FullName;
        File.Move(part.Name, Path.Combine(folder, hash), overwrite: true);
    }

    /// <summary>Throws away what was not accepted.</summary>
    public static void Discard(FileStream part) => File.Delete(part.Name);

    /// <summary>Reads everything again; says how much there is, and how much of it is not what its name says.</summary>
    public (int Files, int Damaged) Verify()
    {
        var files = Directory
            .GetFiles(_folder, "*", SearchOption.AllDirectories)
            .Where(f => _claimed.ContainsKey(Path.GetFileName(f)))
            .ToList();
        return (
            files.Count,
            files.Count(static f => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(f))) != Path.GetFileName(f))
        );
    }
}

/// <summary>Content that is not what the catalog says it is.</summary>
internal sealed class CorruptContentException(string message) : Exception(message);
