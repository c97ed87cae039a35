using System.Numerics;
using System.Runtime.InteropServices;
using OtelPipeline.Parquet.Buffers;
using OtelPipeline.Parquet.Metadata;
using OtelPipeline.Parquet.Thrift;

namespace OtelPipeline.Parquet.Writing;

/// <summary>Collects the hashes of a column chunk and writes its bloom filter, large enough for about 1 % false positives.</summary>
internal sealed class BloomFilterBuilder : IDisposable
{
    private const double BitsPerValue = 10.5;
    private const int SmallestFilter = 32;
    private const int LargestFilter = 1 << 20;
    private readonly ValueBuffer<ulong> _hashes = new();
    private readonly ByteBuffer _output = new();
    private ulong _last;

    public void Add(ulong hash)
    {
        if (hash == _last && _hashes.Count > 0)
            return;
        _last = hash;
        _hashes.Add(hash);
    }

    /// <summary>Header and bits; the hashes are forgotten.</summary>
    public ReadOnlySpan<byte> Build()
    {
        // other readers insist on a power of two
        var wanted = (uint)Math.Clamp(_hashes.Count * BitsPerValue / 8 * 0.95, SmallestFilter, LargestFilter);
        var size = (int)BitOperations.RoundUpToPowerOf2(wanted);
        _output.Truncate(0);
        var thrift = new ThriftWriter(_output);
        thrift.Begin();
        thrift.I32(1, size);
        for (var union = 2; union <= 4; union++)
        {
            thrift.BeginField(union);
            thrift.Empty(1);
            thrift.End();
        }

        thrift.End();
        var header = _output.Length;
        _output.Reserve(size)[..size].Clear();
        _output.Advance(size);
        var words = MemoryMarshal.Cast<byte, uint>(_output.Slice(header, size));
        foreach (var hash in _hashes.Written)
            BloomFilter.Insert(words, hash);
        _hashes.Truncate(0);
        return _output.Written;
    }

    public void Dispose()
    {
        _hashes.Dispose();
        _output.Dispose();
    }
}
