using System.Globalization;
using System.Text;
using System.Text.Json;

namespace QuickStart;

/// <summary>The result: how well the assemblies are documented.</summary>
internal sealed record Coverage(List<AssemblyCoverage> Assemblies, List<LongText> LongestTexts, int Files, int Rejected, int Duplicates)
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
    };

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
            var longest = members.OrderByDescending(m => m.TextLength).FirstOrDefault();
            assemblies.Add(new(files.Key, members.Count, members.Count(m => m.IsDocumented), longest.Id ?? "", longest.TextLength));
            texts.AddRange(members.OrderByDescending(m => m.TextLength).Take(10).Select(m => new LongText(files.Key, m.Id, m.TextLength)));
        }

        return new(assemblies, [.. texts.OrderByDescending(t => t.Characters).Take(10)], parsed.Files, parsed.Rejected, duplicates);
    }

    /// <summary>The files that <see cref="WriteAsync"/> writes.</summary>
    public static string[] FilesIn(string output) =>
        [Path.Combine(output, "results", "coverage.csv"), Path.Combine(output, "results", "coverage.json")];

    /// <summary>Writes the result and returns the number of bytes.</summary>
    public async Task<long> WriteAsync(string output, CancellationToken cancellationToken)
    {
        var csv = new StringBuilder("assembly,members,documented,share,longest_text_member,longest_text_characters\n");
        foreach (var a in Assemblies)
            csv.Append(
                CultureInfo.InvariantCulture,
                $"{Quote(a.Assembly)},{a.Members},{a.Documented},{a.Share:0.####},{Quote(a.LongestTextMember)},{a.LongestTextCharacters}\n"
            );
        var contents = new[] { Encoding.UTF8.GetBytes(csv.ToString()), JsonSerializer.SerializeToUtf8Bytes(this, s_json) };
        var paths = FilesIn(output);
        Directory.CreateDirectory(Path.GetDirectoryName(paths[0])!);
        for (var i = 0; i < paths.Length; i++)
            await File.WriteAllBytesAsync(paths[i], contents[i], cancellationToken);
        return contents.Sum(c => (long)c.Length);
    }

    private static string Quote(string text) =>
        text.AsSpan().ContainsAny(",\"\n\r") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}

/// <summary>How well one assembly is documented.</summary>
internal sealed record AssemblyCoverage(string Assembly, int Members, int Documented, string LongestTextMember, int LongestTextCharacters)
{
    public double Share => Members == 0 ? 0 : (double)Documented / Members;
}

/// <summary>A member with much documentation.</summary>
internal sealed record LongText(string Assembly, string Member, int Characters);
