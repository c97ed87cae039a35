using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OtelPipeline.AspNetCore.Health.Monitoring;

/// <summary>Answers the three endpoints. Bodies hold names of checks, fixed words and numbers, nothing else.</summary>
internal static class HealthBody
{
    private static readonly ReadOnlyMemory<byte> s_ok = """{"status":"ok"}"""u8.ToArray();
    private static readonly ReadOnlyMemory<byte> s_ready = """{"status":"ready"}"""u8.ToArray();

    public static Task LiveAsync(HttpContext context) => WriteAsync(context, StatusCodes.Status200OK, s_ok);

    public static async Task ReadyAsync(HttpContext context, HealthMonitor monitor)
    {
        if (await EvaluateAsync(context, monitor, readiness: true).ConfigureAwait(false) is not { } states)
            return;
        if (CheckState.Worst(states) == HealthStatus.Unhealthy)
            await WriteAsync(context, StatusCodes.Status503ServiceUnavailable, Body("not_ready", states)).ConfigureAwait(false);
        else
            await WriteAsync(context, StatusCodes.Status200OK, s_ready).ConfigureAwait(false);
    }

    public static async Task HealthAsync(HttpContext context, HealthMonitor monitor)
    {
        if (await EvaluateAsync(context, monitor, readiness: false).ConfigureAwait(false) is not { } states)
            return;
        var worst = CheckState.Worst(states);
        var code = worst == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        await WriteAsync(context, code, Body(CheckState.Word(worst), states)).ConfigureAwait(false);
    }

    private static async Task<CheckState[]?> EvaluateAsync(HttpContext context, HealthMonitor monitor, bool readiness)
    {
        try
        {
            return await monitor.EvaluateAsync(readiness, context.RequestAborted).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // the client has gone
            return null;
        }
    }

    private static ReadOnlyMemory<byte> Body(string status, CheckState[] states)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("status"u8, status);
            json.WriteStartObject("checks"u8);
            foreach (var state in states)
            {
                json.WriteStartObject(state.Name);
                json.WriteString("status"u8, CheckState.Word(state.Status));
                if (state.Reason is not null)
                    json.WriteString("reason"u8, state.Reason);
                json.WriteNumber("duration_ms"u8, Math.Round(state.Duration.TotalMilliseconds, 1));
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static async Task WriteAsync(HttpContext context, int code, ReadOnlyMemory<byte> body)
    {
        var response = context.Response;
        response.StatusCode = code;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }
}
