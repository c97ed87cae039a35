using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OtelPipeline.Parquet.Encodings;

/// <summary>The CRC-32 of GZIP and of Parquet pages: 64 bytes at a time where the processor multiplies without carries, else eight.</summary>
/// <remarks>
/// Folding as in V. Gopal et al., Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction (Intel, 2009): what has been read is
/// replaced by 16 bytes with the same remainder, which the tables then take like any others.
/// </remarks>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;

    // shorter data is not worth it
    private const int Folded = 64;

    private static readonly uint[][] Tables = CreateTables();

    public static uint Compute(ReadOnlySpan<byte> data)
    {
        if (!Pclmulqdq.IsSupported || data.Length < Folded)
            return ~Continue(uint.MaxValue, data);
        Span<byte> rest = stackalloc byte[Vector128<byte>.Count];
        var taken = Fold(data, rest);
        return ~Continue(Continue(0, rest), data[taken..]);
    }

    /// <summary>Gives 16 bytes whose remainder from 0 on is that of the bytes taken, and returns how many these are.</summary>
    private static int Fold(ReadOnlySpan<byte> data, Span<byte> rest)
    {
        // x^(512+32), x^(512-32) and x^(128+32), x^(128-32) modulo the polynomial, bits reversed
        var far = Vector128.Create(0x0154442bd4UL, 0x01c6e41596UL);
        var near = Vector128.Create(0x01751997d0UL, 0x00ccaa009eUL);
        var blocks = MemoryMarshal.Cast<byte, Vector128<ulong>>(data);
        var a = blocks[0] ^ Vector128.CreateScalar((ulong)uint.MaxValue);
        var (b, c, d) = (blocks[1], blocks[2], blocks[3]);
        var i = 4;
        for (; i + 4 <= blocks.Length; i += 4)
        {
            a = Multiply(a, far) ^ blocks[i];
            b = Multiply(b, far) ^ blocks[i + 1];
            c = Multiply(c, far) ^ blocks[i + 2];
            d = Multiply(d, far) ^ blocks[i + 3];
        }

        a = Multiply(a, near) ^ b;
        a = Multiply(a, near) ^ c;
        a = Multiply(a, near) ^ d;
        for (; i < blocks.Length; i++)
            a = Multiply(a, near) ^ blocks[i];
        a.AsByte().CopyTo(rest);
        return blocks.Length * Vector128<byte>.Count;
    }

    private static Vector128<ulong> Multiply(Vector128<ulong> value, Vector128<ulong> by) =>
        Pclmulqdq.CarrylessMultiply(value, by, 0x00) ^ Pclmulqdq.CarrylessMultiply(value, by, 0x11);

    private static uint Continue(uint crc, ReadOnlySpan<byte> data)
    {
        uint[] t0 = Tables[0],
            t1 = Tables[1],
            t2 = Tables[2],
            t3 = Tables[3],
            t4 = Tables[4],
            t5 = Tables[5],
            t6 = Tables[6],
            t7 = Tables[7];
        for (; data.Length >= 8; data = data[8..])
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(data) ^ crc;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(data[4..]);
            crc =
                t7[(byte)low]
                ^ t6[(byte)(low >> 8)]
                ^ t5[(byte)(low >> 16)]
                ^ t4[low >> 24]
                ^ t3[(byte)high]
                ^ t2[(byte)(high >> 8)]
                ^ t1[(byte)(high >> 16)]
                ^ t0[high >> 24];
        }

        foreach (var value in data)
            crc = (crc >> 8) ^ t0[(byte)(crc ^ value)];
        return crc;
    }

    private static uint[][] CreateTables()
    {
        var tables = new uint[8][];
        tables[0] = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ Polynomial : crc >> 1;
            tables[0][i] = crc;
        }

        for (var t = 1; t < tables.Length; t++)
        {
            tables[t] = new uint[256];
            for (var i = 0; i < 256; i++)
                tables[t][i] = (tables[t - 1][i] >> 8) ^ tables[0][(byte)tables[t - 1][i]];
        }

        return tables;
    }
}
