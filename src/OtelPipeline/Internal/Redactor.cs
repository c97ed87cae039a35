using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace OtelPipeline.Internal;

/// <summary>
/// Takes out of texts what must not be written down: queries, fragments and user names of URLs, values behind keys that name a secret, and
/// credentials of HTTP authentication. One linear pass; a text without anything to hide is returned as it is.
/// </summary>
internal sealed class Redactor
{
    public const string Mask = "***";

    private static readonly string[] s_secretWords =
    [
        "password",
        "passwd",
        "passphrase",
        "pwd",
        "secret",
        "token",
        "apikey",
        "api_key",
        "api-key",
        "api.key",
        "credential",
        "authorization",
        "connectionstring",
        "connection_string",
        "accesskey",
        "access_key",
        "accountkey",
        "account_key",
        "privatekey",
        "private_key",
        "sharedaccess",
        "signature",
        "cookie",
    ];

    private static readonly SearchValues<char> s_urlEnd = SearchValues.Create(" \t\r\n\"'<>`|{}\\^");
    private static readonly SearchValues<char> s_authorityEnd = SearchValues.Create("/?# \t\r\n\"'<>`|{}\\^");
    private static readonly SearchValues<char> s_valueEnd = SearchValues.Create(" \t\r\n\"';,&<>)]}");
    private static readonly SearchValues<char> s_lineEnd = SearchValues.Create("\r\n\"'");

    // their values go on to the end of the line
    private static readonly SearchValues<string> s_headers = SearchValues.Create(
        ["authorization", "cookie"],
        StringComparison.OrdinalIgnoreCase
    );
    private static readonly SearchValues<char> s_keyCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
    );

    /// <summary>The built-in words, no path hash.</summary>
    public static readonly Redactor Standard = new([], null);

    // keys and short texts come again and again: what was looked through and is harmless is not looked through again. A new one takes the
    // place of an old one, so this does not grow
    private const int Slots = 512;
    private const int MaxRemembered = 64;

    private readonly SearchValues<string> _secretWords;
    private readonly SearchValues<string> _triggers;
    private readonly byte[]? _hashKey;
    private readonly string?[] _harmlessKeys = new string?[Slots];
    private readonly string?[] _harmlessTexts = new string?[Slots];

    public Redactor(IEnumerable<string> moreSecretWords, byte[]? hashKey)
    {
        string[] words = [.. s_secretWords, .. moreSecretWords.Where(static w => w.Length > 0)];
        _secretWords = SearchValues.Create(words, StringComparison.OrdinalIgnoreCase);
        _triggers = SearchValues.Create(["://", "bearer ", "basic ", .. words], StringComparison.OrdinalIgnoreCase);
        _hashKey = hashKey;
    }

    /// <summary>Whether a key names something whose value must not be seen.</summary>
    public bool IsSecretKey(string key)
    {
        ref var known = ref _harmlessKeys[Slot(key)];
        if (key == known)
            return false;
        if (key.AsSpan().ContainsAny(_secretWords))
            return true;
        if (key.Length <= MaxRemembered)
            known = key;
        return false;
    }

    /// <summary>The text without what must not be seen; the same object where there is nothing of the kind.</summary>
    public string Text(string text)
    {
        if (!CanHide(text))
            return text;
        if (text.Length > MaxRemembered)
            return Look(text);
        ref var known = ref _harmlessTexts[Slot(text)];
        if (text == known)
            return text;
        var clean = Look(text);
        if (ReferenceEquals(clean, text))
            known = text;
        return clean;
    }

    private static int Slot(string text) =>
        text.Length == 0 ? 0 : (((text.Length * 31 + text[0]) * 31 + text[text.Length / 2]) * 31 + text[^1]) & (Slots - 1);

    private string Look(string text)
    {
        var at = text.AsSpan().IndexOfAny(_triggers);
        if (at < 0 || IsPlainUrl(text, at))
            return text;
        var result = new StringBuilder(text.Length);
        var done = 0;
        while (at >= 0)
        {
            var hit = done + at;
            var next = text[hit] == ':' ? Url(text, done, hit, result) : Secret(text, done, hit, result);
            done = next;
            at = text.AsSpan(done).IndexOfAny(_triggers);
        }

        result.Append(text, done, text.Length - done);
        return result.Length == text.Length && result.Equals(text) ? text : result.ToString();
    }

    // without one of these there is no address, and nothing behind a key or a scheme
    private static bool CanHide(ReadOnlySpan<char> text) => text.ContainsAny(':', '=', ' ');

    // what most URLs are like: nothing to take out, nothing to hash, and nothing else in the text
    private bool IsPlainUrl(string text, int at)
    {
        if (_hashKey is not null || text[at] != ':')
            return false;
        var rest = text.AsSpan(at + 3);
        if (rest.ContainsAny('@', '?', '#'))
            return false;
        var path = rest.IndexOfAny(s_authorityEnd) is var end and >= 0 ? rest[end..] : [];
        return !CanHide(path) || !path.ContainsAny(_triggers);
    }

    // `hit` is at "://": writes text[from..] up to and including the URL without user, query and fragment; returns where the URL ended
    private int Url(string text, int from, int hit, StringBuilder result)
    {
        var authority = hit + 3;
        result.Append(text, from, authority - from);
        var rest = text.AsSpan(authority);
        var authorityLength = rest.IndexOfAny(s_authorityEnd) is var end and >= 0 ? end : rest.Length;
        var user = rest[..authorityLength].LastIndexOf('@');
        result.Append(rest[(user + 1)..authorityLength]);
        var tail = rest[authorityLength..];
        var urlLength = tail.IndexOfAny(s_urlEnd) is var stop and >= 0 ? stop : tail.Length;
        var pathLength = tail[..urlLength].IndexOfAny('?', '#') is var query and >= 0 ? query : urlLength;
        var path = tail[..pathLength];
        var pathStart = authority + authorityLength;
        var done = pathStart;
        if (_hashKey is not null && path.Length > 1)
        {
            result.Append('/').Append(Hash(path));
            done += pathLength;
        }

        var pathEnd = pathStart + pathLength;
        while (done < pathEnd && text.AsSpan(done, pathEnd - done).IndexOfAny(_secretWords) is var at and >= 0)
            done = Secret(text, done, done + at, result);
        if (done < pathEnd)
            result.Append(text, done, pathEnd - done);
        return Math.Max(done, pathStart + urlLength);
    }

    // `hit` is at a secret word: masks what follows "word=", "word:" or, for HTTP authentication, "Bearer "
    private static int Secret(string text, int from, int hit, StringBuilder result)
    {
        var position = hit;
        while (position < text.Length && s_keyCharacters.Contains(text[position]))
            position++;
        var keyEnd = position;
        var isScheme =
            text.AsSpan(hit, keyEnd - hit) is var word
            && (word.Equals("bearer", StringComparison.OrdinalIgnoreCase) || word.Equals("basic", StringComparison.OrdinalIgnoreCase));
        if (!isScheme)
        {
            position = Skip(text, position);
            if (position >= text.Length || text[position] is not ('=' or ':') || text.AsSpan(position).StartsWith("://"))
            {
                result.Append(text, from, keyEnd - from);
                return keyEnd;
            }

            position++;
        }

        while (position < text.Length && text[position] is ' ' or '\\')
            position++;
        var quote = position < text.Length && text[position] is '"' or '\'' ? text[position] : '\0';
        var isEscaped = quote != '\0' && text[position - 1] == '\\';
        if (quote != '\0')
            position++;

        // "Authorization: Bearer abc": the scheme is no secret, what follows it is
        foreach (var scheme in (ReadOnlySpan<string>)["Bearer ", "Basic "])
        {
            if (text.AsSpan(position).StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                position += scheme.Length;
        }

        var end =
            quote != '\0' ? ClosingQuote(text, position, quote, isEscaped)
            : text.AsSpan(hit, keyEnd - hit).ContainsAny(s_headers) ? EndAt(text, position, s_lineEnd)
            : EndAt(text, position, s_valueEnd);
        result.Append(text, from, position - from);
        if (end > position)
            result.Append(Mask);
        return end;
    }

    private static int EndAt(string text, int position, SearchValues<char> ends) =>
        text.AsSpan(position).IndexOfAny(ends) is var end and >= 0 ? position + end : text.Length;

    // within quotes that are themselves escaped (JSON in a JSON string) the next one ends the value, else the next that is not escaped
    private static int ClosingQuote(string text, int position, char quote, bool isEscaped)
    {
        for (; position < text.Length && text[position] != quote; position++)
        {
            if (text[position] != '\\')
                continue;
            if (isEscaped && position + 1 < text.Length && text[position + 1] == quote)
                return position;
            if (!isEscaped)
                position++;
        }

        return Math.Min(position, text.Length);
    }

    private static int Skip(string text, int position)
    {
        while (position < text.Length && text[position] is ' ' or '"' or '\'' or '\\')
            position++;
        return position;
    }

    /// <summary>A keyed hash (HMAC-SHA-256, its first 16 bytes in hexadecimal): equal paths stay equal, and nobody without the key can guess them.</summary>
    private string Hash(ReadOnlySpan<char> path)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(path.Length));
        try
        {
            var length = Encoding.UTF8.GetBytes(path, bytes);
            return Convert.ToHexStringLower(HMACSHA256.HashData(_hashKey!, bytes.AsSpan(0, length)).AsSpan(0, 16));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
