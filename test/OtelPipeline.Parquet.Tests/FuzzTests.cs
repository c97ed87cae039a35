using System.Buffers.Binary;
using System.Globalization;
using OtelPipeline.Testing;

namespace OtelPipeline.Parquet.Tests;

/// <summary>
/// Damaged files through the reader: every outcome but values or a <see cref="ParquetException"/> is a failure. The environment variable
/// OTELPIPELINE_FUZZ_CASES sets the number of cases; the seed of each is its number.
/// </summary>
public sealed class FuzzTests
{
    private const int DefaultCases = 4000;

    /// <summary>What the limits below allow: a column in memory, a page twice, the file, and some objects of the footer.</summary>
    private const long AllocationBound = 3 * (8 << 20) + (4 << 20);

    private static readonly ParquetReaderOptions Limits = new()
    {
        MaxFooterBytes = 1 << 20,
        MaxPageBytes = 4 << 20,
        MaxColumnBytes = 8 << 20,
    };

    private readonly List<(string Name, byte[] Bytes)> _files = [];

    [OneTimeSetUp]
    public void Load()
    {
        var folder = Directory.CreateTempSubdirectory("parquet-fuzz");
        foreach (var name in WrittenFiles.Names)
        {
            var path = Path.Combine(folder.FullName, name);
            if (name.StartsWith("every-type", StringComparison.Ordinal))
                WrittenFiles.WriteEveryType(path, Options(name), rows: 200, batch: 90);
            else if (name is not ("many-row-groups" or "wide-page"))
                WrittenFiles.Write(name, path);
            if (File.Exists(path))
                _files.Add((name, File.ReadAllBytes(path)));
        }

        folder.Delete(recursive: true);
        var samples = RepositoryPaths.Samples is { } root ? Path.Combine(root, "parquet") : "";
        if (Directory.Exists(samples))
            _files.AddRange(
                Directory.GetFiles(samples, "*.parquet", SearchOption.AllDirectories).Order().Select(f => (f, File.ReadAllBytes(f)))
            );
    }

    [Test]
    public void Damaged_files_give_values_or_one_clear_error()
    {
        var cases = int.Parse(
            Environment.GetEnvironmentVariable("OTELPIPELINE_FUZZ_CASES") ?? $"{DefaultCases}",
            CultureInfo.InvariantCulture
        );
        int read = 0,
            refused = 0;
        for (var seed = 0; seed < cases; seed++)
        {
            var random = new Random(seed);
            var (name, original) = _files[random.Next(_files.Count)];
            var bytes = Damage(original, random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                ReadEverything(bytes, name, verify: random.Next(4) == 0);
                read++;
            }
            catch (ParquetException error)
            {
                Assert.That(error.Message, Does.Match($"{System.Text.RegularExpressions.Regex.Escape(name)}: offset \\d+: "));
                refused++;
            }
            catch (Exception error)
            {
                Assert.Fail($"Case {seed} ({name}): {error}");
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.That(allocated, Is.LessThan(AllocationBound + 20L * original.Length), $"Case {seed} ({name})");
        }

        TestContext.Out.WriteLine($"{cases} cases: {read} read, {refused} refused");
        Assert.That(refused, Is.GreaterThan(cases / 4));
    }

    private static ParquetWriterOptions Options(string name) =>
        new()
        {
            Compression = name switch
            {
                "every-type-none" => ParquetCompression.None,
                "every-type-snappy" => ParquetCompression.Snappy,
                "every-type-gzip" => ParquetCompression.Gzip,
                "every-type-brotli" => ParquetCompression.Brotli,
                _ => new ParquetWriterOptions().Compression,
            },
            PageRows = 50,
            Compatible = name == "every-type-compatible",
            V2Encodings = name == "every-type-v2",
        };

    private static byte[] Damage(byte[] original, Random random)
    {
        var bytes = original.ToArray();
        var footer =
            bytes.Length < 12
                ? 0
                : Math.Clamp(BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(bytes.Length - 8)), 0, bytes.Length - 12);
        for (var i = random.Next(1, 5); i > 0 && bytes.Length > 0; i--)
        {
            // half of the damage goes to the footer, where most of the structure is
            var at =
                footer > 0 && random.Next(2) == 0 ? Math.Max(0, bytes.Length - 8 - random.Next(1, footer + 1)) : random.Next(bytes.Length);
            switch (random.Next(6))
            {
                case 0 or 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 3:
                    // a varint at its extreme
                    bytes.AsSpan(at, Math.Min(random.Next(1, 10), bytes.Length - at)).Fill(0xFF);
                    break;
                case 4:
                    if (at + 4 <= bytes.Length)
                        BinaryPrimitives.WriteInt32LittleEndian(
                            bytes.AsSpan(at),
                            random.Next(3) switch
                            {
                                0 => int.MaxValue,
                                1 => int.MinValue,
                                _ => 0,
                            }
                        );
                    break;
                default:
                    bytes = Reshape(bytes, at, random);
                    break;
            }
        }

        return bytes;
    }

    private static byte[] Reshape(byte[] bytes, int at, Random random)
    {
        var count = Math.Min(random.Next(1, 200), bytes.Length - at - 1);
        return random.Next(3) switch
        {
            _ when count <= 0 => bytes,
            0 => [.. bytes.AsSpan(0, at), .. bytes.AsSpan(at + count)],
            1 => [.. bytes.AsSpan(0, at), .. bytes.AsSpan(at, count), .. bytes.AsSpan(at)],
            _ => [.. bytes.AsSpan(0, at), .. bytes.AsSpan(bytes.Length - Math.Min(8, bytes.Length - at))],
        };
    }

    private static void ReadEverything(byte[] bytes, string name, bool verify)
    {
        var options = new ParquetReaderOptions
        {
            MaxFooterBytes = Limits.MaxFooterBytes,
            MaxPageBytes = Limits.MaxPageBytes,
            MaxColumnBytes = Limits.MaxColumnBytes,
            VerifyChecksums = verify,
        };
        using var reader = ParquetReader.Open(new MemoryStream(bytes, writable: false), name, options);
        foreach (var group in reader.RowGroups)
        {
            foreach (var column in reader.Schema.Columns)
                ReadColumn(reader, group, column);
        }
    }

    private static void ReadColumn(ParquetReader reader, ParquetRowGroup group, ParquetColumn column)
    {
        switch (column.Type)
        {
            case ParquetType.Boolean:
                group.Read<bool>(column).Dispose();
                break;
            case ParquetType.Int32:
                group.Read<int>(column, Select(reader, group, column, ParquetFilter.Between<int>(column.Path, 0, 500))).Dispose();
                break;
            case ParquetType.Int64:
                group.Read<long>(column, Select(reader, group, column, ParquetFilter.Between<long>(column.Path, 0, 500_000))).Dispose();
                break;
            case ParquetType.Int96:
                group.Read<Int96>(column).Dispose();
                break;
            case ParquetType.Float:
                group.Read<float>(column).Dispose();
                break;
            case ParquetType.Double:
                group.Read<double>(column, Select(reader, group, column, ParquetFilter.Equal(column.Path, 0.5))).Dispose();
                break;
            default:
                using (
                    var values = group.ReadBytes(column, Select(reader, group, column, ParquetFilter.Between(column.Path, "", "\uFFFF")))
                )
                {
                    for (var i = 0; i < values.Count; i++)
                        _ = values[i].Length;
                    for (var row = 0; row < values.RowCount; row++)
                        _ = values.Row(row);
                }

                break;
        }
    }

    /// <summary>A damaged schema may hold a path twice; filters find the first.</summary>
    private static ParquetRowSelection? Select(ParquetReader reader, ParquetRowGroup group, ParquetColumn column, ParquetFilter filter) =>
        reader.Schema.Find(column.Path) == column ? group.Select(filter) : null;
}
