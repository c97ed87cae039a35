using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Text;

namespace OtelPipeline.Data.Tests;

/// <summary>Small documents, and the ways in which files wrap them.</summary>
internal static class Dialects
{
    public const string Trace =
        """{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"etl"}}]},"scopeSpans":[{"scope":{"name":"lib","version":"1"},"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708","name":"a","kind":1,"startTimeUnixNano":"1000","endTimeUnixNano":"3000","attributes":[{"key":"k","value":{"stringValue":"v"}}]}]}]}]}""";

    public const string Log =
        """{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"5","severityNumber":9,"body":{"stringValue":"hello"}}]}]}]}""";

    public const string Metric =
        """{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m","sum":{"dataPoints":[{"timeUnixNano":"5","asInt":"7"}],"aggregationTemporality":2,"isMonotonic":true}}]}]}]}""";

    public static byte[] Gzip(byte[] bytes)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return output.ToArray();
    }

    /// <summary>Compresses with the zstd program; null where it is not installed.</summary>
    public static byte[]? Zstd(byte[] bytes)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo("zstd", "-q -c") { RedirectStandardInput = true, RedirectStandardOutput = true }
            )!;
            var output = new MemoryStream();
            var copy = process.StandardOutput.BaseStream.CopyToAsync(output);
            process.StandardInput.BaseStream.Write(bytes);
            process.StandardInput.Close();
            copy.GetAwaiter().GetResult();
            process.WaitForExit();
            return output.ToArray();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    public static byte[] Frame(params byte[][] messages)
    {
        var output = new MemoryStream();
        Span<byte> length = stackalloc byte[4];
        foreach (var message in messages)
        {
            BinaryPrimitives.WriteInt32BigEndian(length, message.Length);
            output.Write(length);
            output.Write(message);
        }

        return output.ToArray();
    }

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static string Pretty(string json) =>
        System.Text.Json.Nodes.JsonNode.Parse(json)!.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true });

    /// <summary>A trace document with one span that has these properties.</summary>
    public static string Span(string properties) => $$"""{"resourceSpans":[{"scopeSpans":[{"spans":[{{{properties}}}]}]}]}""";

    /// <summary>A trace document with one span that has one attribute with this value.</summary>
    public static string Attribute(string value) =>
        Span(
            $$"""
            "attributes":[{"key":"k","value":{{value}}}]
            """
        );
}
