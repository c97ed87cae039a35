using System.Text;
using OtelPipeline.Parquet.Buffers;
using OtelPipeline.Parquet.Compression;
using OtelPipeline.Parquet.Encodings;

namespace OtelPipeline.Parquet.Tests;

/// <summary>Encodings against the examples of their specifications, and forth and back over all widths.</summary>
public sealed class EncodingTests
{
    [Test]
    public void Packed_bits_are_those_of_the_specification()
    {
        using var buffer = new ByteBuffer();
        BitPacking.Pack<byte>([0, 1, 2, 3, 4, 5, 6, 7], 3, buffer);

        Assert.That(buffer.Written.ToArray(), Is.EqualTo(new byte[] { 0b10001000, 0b11000110, 0b11111010 }));
    }

    [Test]
    public void Deprecated_packed_levels_are_those_of_the_specification()
    {
        var levels = new byte[8];
        BitPackedLevels.Decode([0b00000101, 0b00111001, 0b01110111], 3, levels);

        Assert.That(levels, Is.EqualTo(new byte[] { 0, 1, 2, 3, 4, 5, 6, 7 }));
    }

    [Test]
    public void Delta_values_are_those_of_the_specification()
    {
        // example 2: block size 8, one miniblock, eight values, first value 7; min delta -2, two bits, 0 0 0 3 3 3 3
        var values = new int[8];
        var used = DeltaBinaryPacked.Decode<int>([8, 1, 8, 14, 3, 2, 0b11000000, 0b00111111], values);

        Assert.That(values, Is.EqualTo(new[] { 7, 5, 3, 1, 2, 3, 4, 5 }));
        Assert.That(used, Is.EqualTo(8));
    }

    [Test]
    public void Runs_come_back([Range(0, 32)] int bitWidth, [Values(0, 1, 7, 8, 9, 100, 1000)] int count)
    {
        var random = new Random(bitWidth * 1000 + count);
        var values = new int[count];
        for (var i = 0; i < count; )
        {
            var value = bitWidth == 0 ? 0 : (int)(uint)random.NextInt64(1L << bitWidth);
            for (var run = random.Next(3) == 0 ? random.Next(1, 40) : 1; run > 0 && i < count; run--)
                values[i++] = value;
        }

        using var buffer = new ByteBuffer();
        RleHybrid.Encode<int>(values, bitWidth, buffer);
        var read = new int[count];
        var used = RleHybrid.Decode<int>(buffer.Written, bitWidth, read);

        Assert.That(read, Is.EqualTo(values));
        Assert.That(used, Is.EqualTo(buffer.Length));
    }

    [Test]
    public void Long_deltas_come_back([Range(0, 63)] int bits, [Values(1, 2, 128, 129, 1025, 3000)] int count)
    {
        var random = new Random(bits);
        var values = Enumerable.Range(0, count).Select(_ => (random.NextInt64() >> (63 - bits)) * (random.Next(2) * 2 - 1)).ToArray();
        using var buffer = new ByteBuffer();
        DeltaBinaryPacked.Encode<long>(values, buffer);
        var read = new long[count];
        var used = DeltaBinaryPacked.Decode<long>(buffer.Written, read);

        Assert.That(read, Is.EqualTo(values));
        Assert.That(used, Is.EqualTo(buffer.Length));
    }

    [Test]
    public void Int_deltas_never_take_more_than_32_bits()
    {
        int[] values = [int.MinValue, int.MaxValue, int.MinValue, 0, -1, int.MaxValue];
        using var buffer = new ByteBuffer();
        DeltaBinaryPacked.Encode<int>(values, buffer);
        var read = new int[values.Length];
        DeltaBinaryPacked.Decode<int>(buffer.Written, read);

        Assert.That(read, Is.EqualTo(values));
        // header of 4 parts (2, 1, 1 and 5 bytes), min delta of at most 5 bytes, 8 widths, one miniblock of 128 values
        Assert.That(buffer.Length, Is.LessThanOrEqualTo(9 + 5 + 8 + 128 * 4));
    }

    [TestCase("", 0xEF46DB3751D8E999)]
    [TestCase("a", 0xD24EC4F1A98C6E5B)]
    [TestCase("abc", 0x44BC2CF5AD770999ul)]
    [TestCase("The quick brown fox jumps over the lazy dog", 0x0B242D361FDA71BCul)]
    public void Hashes_are_those_of_xxHash(string text, ulong hash) =>
        Assert.That(XxHash64.Hash(Encoding.UTF8.GetBytes(text)), Is.EqualTo(hash));

    [TestCase("", 0u)]
    [TestCase("123456789", 0xCBF43926u)]
    public void Checksums_are_those_of_zlib(string text, uint crc) =>
        Assert.That(Crc32.Compute(Encoding.UTF8.GetBytes(text)), Is.EqualTo(crc));

    [Test]
    public void Compressed_pages_come_back(
        [Values(
            ParquetCompression.None,
            ParquetCompression.Snappy,
            ParquetCompression.Gzip,
            ParquetCompression.Brotli,
            ParquetCompression.Zstd
        )]
            ParquetCompression codec,
        [Values(0, 1, 15, 16, 100, 65_535, 65_536, 200_000)] int size,
        [Values(1, 2, 7, 256)] int variety
    )
    {
        var random = new Random(size + variety);
        var data = Enumerable.Range(0, size).Select(i => (byte)(i % 97 < 50 ? random.Next(variety) : i / 13)).ToArray();
        using var compressor = new PageCompressor(codec, 1);
        using var decompressor = new PageDecompressor();
        using var buffer = new ByteBuffer();
        compressor.Compress(data, buffer);
        var read = new byte[size];
        decompressor.Decompress(codec, buffer.Written.ToArray(), read);

        Assert.That(read, Is.EqualTo(data));
    }

    [Test]
    public void Snappy_shrinks_what_repeats()
    {
        using var buffer = new ByteBuffer();
        Snappy.Compress(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("span.name=step-17;", 5000))), buffer);

        Assert.That(buffer.Length, Is.LessThan(90_000 / 15));
    }

    [Test]
    public void Lz4_blocks_of_the_specification_are_read()
    {
        // token: 4 literals, a match of 4 + 8 from 4 back; then the last 5 literals
        byte[] block = [0x48, .. "abcd"u8, 4, 0, 0x50, .. "vwxyz"u8];
        var output = new byte[21];
        Lz4.Decompress(block, output);

        Assert.That(Encoding.ASCII.GetString(output), Is.EqualTo("abcdabcdabcdabcdvwxyz"));
        byte[] framed = [0, 0, 0, 21, 0, 0, 0, (byte)block.Length, .. block];
        Array.Clear(output);
        Lz4.DecompressHadoop(framed, output);
        Assert.That(Encoding.ASCII.GetString(output), Is.EqualTo("abcdabcdabcdabcdvwxyz"));
    }

    [Test]
    public void A_checksum_is_that_of_the_polynomial_whatever_the_length()
    {
        var data = new byte[700];
        new Random(3).NextBytes(data);
        for (var length = 0; length < data.Length; length++)
        {
            var crc = uint.MaxValue;
            foreach (var value in data.AsSpan(0, length))
            {
                crc ^= value;
                for (var bit = 0; bit < 8; bit++)
                    crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }

            Assert.That(Crc32.Compute(data.AsSpan(0, length)), Is.EqualTo(~crc), $"{length} bytes");
        }
    }

    [Test]
    public void A_number_beyond_the_dictionary_is_refused_wherever_it_stands()
    {
        for (var count = 1; count < 70; count++)
        {
            using var buffer = new ByteBuffer();
            var numbers = Enumerable.Range(0, count).Select(i => i % 5).ToArray();
            buffer.WriteByte(3);
            RleHybrid.Encode<int>(numbers, 3, buffer);
            var decoded = new int[count];
            Reading.DictionaryNumbers.Decode(buffer.Written, 5, decoded);
            Assert.That(decoded, Is.EqualTo(numbers));
            for (var wrong = 0; wrong < count; wrong++)
            {
                using var broken = new ByteBuffer();
                broken.WriteByte(3);
                numbers[wrong] += 5 - numbers[wrong];
                RleHybrid.Encode<int>(numbers, 3, broken);
                numbers[wrong] = wrong % 5;
                Assert.That(() => Reading.DictionaryNumbers.Decode(broken.Written, 5, decoded), Throws.TypeOf<CorruptException>());
            }
        }
    }

    [Test]
    public void A_dictionary_is_read_without_its_pages()
    {
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, "dictionary-alone.parquet");
        var schema = new ParquetSchema(ParquetField.String("word"), ParquetField.Int64("number"));
        using (var writer = new ParquetWriter(File.Create(path), schema))
        {
            for (var i = 0; i < 1000; i++)
            {
                writer.Bytes("word").Append($"w{i % 3}");
                writer.Column<long>("number").Append(i);
                writer.EndBatch();
            }

            writer.Close();
        }

        using var file = ParquetReader.Open(path);
        using var words = file.RowGroups[0].ReadDictionary(file.Schema["word"]);
        Assert.That(words, Is.Not.Null);
        Assert.That(
            Enumerable.Range(0, words!.ValueCount).Select(i => Encoding.UTF8.GetString(words.Value(i))),
            Is.EqualTo(new[] { "w0", "w1", "w2" })
        );
        Assert.That(words.Count, Is.Zero);
        Assert.That(() => file.RowGroups[0].ReadDictionary(file.Schema["number"]), Throws.ArgumentException);
    }
}
