using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace ContentDownload.Origin;

/// <summary>Sends a file or what a Range asks for of it (RFC 9110, section 14), with whatever trouble it has.</summary>
internal sealed class FileAnswer(HttpContext context, OriginFile file, bool isPrimary, bool isFirst, Trouble trouble)
{
    public async Task SendAsync()
    {
        var (request, response) = (context.Request, context.Response);
        var cancel = context.RequestAborted;
        var content = await file.ReadAsync(cancel);
        if (trouble == Trouble.Damaged || (trouble == Trouble.DamagedAtPrimary && isPrimary))
            content[content.Length / 2] ^= 1;
        response.Headers.ETag = $"\"{file.Sha256[..16]}\"";
        response.Headers.AcceptRanges = "bytes";
        response.ContentType = "application/octet-stream";
        var from = 0;
        if (
            RangeHeaderValue.TryParse(request.Headers.Range.ToString(), out var range)
            && range.Ranges.Single() is { From: { } first, To: null }
            && first < content.Length
            && request.Headers.IfRange == response.Headers.ETag
        )
        {
            from = (int)first;
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }

        var body = content.AsMemory(from);
        switch (trouble)
        {
            case Trouble.BreaksOff when isFirst:
                response.ContentLength = body.Length;
                await response.Body.WriteAsync(body[..(body.Length / 2)], cancel);
                await response.Body.FlushAsync(cancel);

                // what a connection that is reset had still under way is lost
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancel);
                context.Abort();
                break;
            case Trouble.TooShort when isFirst:
                response.ContentLength = body.Length / 2;
                await response.Body.WriteAsync(body[..(body.Length / 2)], cancel);
                break;
            case Trouble.Slow:
                response.ContentLength = body.Length;
                foreach (var drop in body.ToArray().Chunk(Math.Max(1, body.Length / 4)))
                {
                    await response.Body.WriteAsync(drop, cancel);
                    await response.Body.FlushAsync(cancel);
                    await Task.Delay(TimeSpan.FromMilliseconds(200), cancel);
                }

                break;
            default:
                response.ContentLength = body.Length;
                await response.Body.WriteAsync(body, cancel);
                break;
        }
    }
}
