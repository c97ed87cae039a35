using System.Net;

namespace OtelPipeline.Extensions.Http.Internal;

/// <summary>
/// The content of a response, whose reading is measured. It reads no more and no earlier than it is asked to, and whatever the content inside
/// refuses or throws, it refuses and throws.
/// </summary>
internal sealed class MeasuredContent : HttpContent
{
    private readonly HttpContent _inner;
    private readonly ResponseBody _body;

    public MeasuredContent(HttpContent inner, ResponseBody body)
    {
        _inner = inner;
        _body = body;
        foreach (var (name, values) in inner.Headers.NonValidated)
        {
            if (values.Count == 1)
                Headers.TryAddWithoutValidation(name, values.ToString());
            else
                Headers.TryAddWithoutValidation(name, values);
        }
    }

    // a response that nobody disposes of has an event all the same; one that was disposed of never comes here
    ~MeasuredContent() => _body.Abandoned();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        try
        {
            await _inner.CopyToAsync(new MeasuredCopy(stream, _body), context, cancellationToken).ConfigureAwait(false);
            _body.Finished();
        }
        catch (Exception e)
        {
            _body.Failed(e);
            throw;
        }
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        try
        {
            _inner.CopyTo(new MeasuredCopy(stream, _body), context, cancellationToken);
            _body.Finished();
        }
        catch (Exception e)
        {
            _body.Failed(e);
            throw;
        }
    }

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken)
    {
        try
        {
            return new MeasuredStream(await _inner.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), _body);
        }
        catch (Exception e)
        {
            _body.Failed(e);
            throw;
        }
    }

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken)
    {
        try
        {
            return new MeasuredStream(_inner.ReadAsStream(cancellationToken), _body);
        }
        catch (Exception e)
        {
            _body.Failed(e);
            throw;
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        var known = _inner.Headers.ContentLength;
        length = known ?? 0;
        return known.HasValue;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
            _body.Closed();
        }

        base.Dispose(disposing);
    }
}
