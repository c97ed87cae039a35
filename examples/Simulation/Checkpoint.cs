using System.Text.Json;
using System.Text.Json.Serialization;
using OtelPipeline;

namespace Simulation;

/// <summary>All that a later run needs to go on after the last year that is complete.</summary>
internal sealed record Checkpoint(string Run, ulong Seed, int NextId, List<Employee> Employees, List<YearFigures> Years)
{
    public static string PathIn(string output) => Path.Combine(output, "checkpoint.json");

    public RunReference Reference => RunReference.Parse(Run);

    public Task<long> SaveAsync(string output, CancellationToken cancellationToken) =>
        Files.ReplaceAsync(PathIn(output), JsonSerializer.SerializeToUtf8Bytes(this, CheckpointJson.Default.Checkpoint), cancellationToken);

    /// <exception cref="InvalidDataException">There is none, or it cannot be used.</exception>
    public static async Task<Checkpoint> LoadAsync(string output, CancellationToken cancellationToken)
    {
        var path = PathIn(output);
        try
        {
            await using var file = File.OpenRead(path);
            if (
                await JsonSerializer.DeserializeAsync(file, CheckpointJson.Default.Checkpoint, cancellationToken)
                    is { Employees: not null, Years.Count: > 0 } checkpoint
                && RunReference.TryParse(checkpoint.Run, out _)
            )
                return checkpoint;
            throw new JsonException("It holds no complete year.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidDataException(
                $"There is no checkpoint '{path}' to resume from. Start without --resume, or name the folder of the earlier run with --output DIR.",
                e
            );
        }
        catch (Exception e) when (e is JsonException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"The checkpoint '{path}' cannot be used: {e.Message} Start without --resume.", e);
        }
    }
}

[JsonSerializable(typeof(Checkpoint))]
internal sealed partial class CheckpointJson : JsonSerializerContext;

/// <summary>Writes files that are either the old one or the new one, whenever the process is killed.</summary>
internal static class Files
{
    public static async Task<long> ReplaceAsync(string path, byte[] content, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var temporary = path + ".new";
        await File.WriteAllBytesAsync(temporary, content, cancellationToken);
        File.Move(temporary, path, overwrite: true);
        return content.Length;
    }
}
