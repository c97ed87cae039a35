using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace QuickStart;

/// <summary>The result: how well the assemblies are documented.</summary>
internal sealed record Coverage(List<AssemblyCoverage> Assemblies, List<LongText> LongestTexts, int Files, int Rejected, int Duplicates)
{
    private static readonly CoverageJson s_json = new(
        new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            WriteIndented = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }
    );

    public int Members => Assemblies.Sum(a => a.Members);
    public int Documented => Assemblies.Sum(a => a.Documented);
    public double Share => Members == 0 ? 0 : (double)Documented / Members;
    public double RejectedFileRatio => Files == 0 ? 0 : (double)Rejected / Files;

    public static Coverage Of(ParsedFiles parsed)
    {
        // the same assembly may be there in several versions: the first file counts
        var assemblies = new List<AssemblyCoverage>();
        var texts = new List<LongText>();
        var duplicates = 0;
        foreach (var files in parsed.Documents.GroupBy(d => d.Assembly).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var all = files.SelectMany(f => f.Members).ToList();
            var members = all.DistinctBy(m => m.Id).ToList();
            duplicates += all.Count - members.Count;
            var longest = members
                .OrderByDescending(m => m.TextLength)
                .Take(10)
                .Select(m => new LongText(files.Key, m.Id, m.TextLength))
                .ToList();
            texts.AddRange(longest);
            assemblies.Add(
                new(
                    files.Key,
                    members.Count,
                    members.Count(m => m.IsDocumented),
                    longest.FirstOrDefault()?.Member,
                    longest.FirstOrDefault()?.Characters ?? 0
                )
            );
        }

        return new(assemblies, [.. texts.OrderByDescending(t => t.Characters).Take(10)], parsed.Files, parsed.Rejected, duplicates);
    }

    /// <summary>Writes the result as CSV and JSON, and returns the number of bytes.</summary>
    public async Task<long> WriteAsync(string output, CancellationToken cancellationToken)
    {
        var csv = new StringBuilder("assembly,members,documented,share,longest_text_member,longest_text_characters\n");
        foreach (var a in Assemblies)
            csv.Append(
                CultureInfo.InvariantCulture,
                $"{Quote(a.Assembly)},{a.Members},{a.Documented},{a.Share:0.####},{Quote(a.LongestTextMember ?? "")},{a.LongestTextCharacters}\n"
            );
        var json = JsonSerializer.SerializeToUtf8Bytes(this, s_json.Coverage);
        var folder = Directory.CreateDirectory(Path.Combine(output, "results")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "coverage.csv"), csv.ToString(), cancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(folder, "coverage.json"), json, cancellationToken);
        return Encoding.UTF8.GetByteCount(csv.ToString()) + json.Length;
    }

    private static string Quote(string text) =>
        text.AsSpan().ContainsAny(",\"\n\r") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}

/// <summary>How well one assembly is documented.</summary>
internal sealed record AssemblyCoverage(string Assembly, int Members, int Documented, string? LongestTextMember, int LongestTextCharacters)
{
    public double Share => Members == 0 ? 0 : (double)Documented / Members;
}

/// <summary>A member with much documentation.</summary>
internal sealed record LongText(string Assembly, string Member, int Characters);

[JsonSerializable(typeof(Coverage))]
internal sealed partial class CoverageJson : JsonSerializerContext;
