using System.Text;
using FsCheck;
using FsCheck.Fluent;
using OtelPipeline.Internal;

namespace OtelPipeline.Tests;

internal sealed class RedactorTests
{
    private const string Secret = "hunter2";

    [TestCase("nothing to hide: 3 < 4, a=b", "nothing to hide: 3 < 4, a=b")]
    [TestCase("GET https://a.example/x?key=hunter2#f done", "GET https://a.example/x done")]
    [TestCase("https://bob:hunter2@a.example:8080/x", "https://a.example:8080/x")]
    [TestCase("https://a.example", "https://a.example")]
    [TestCase("https://a.example/p;token=hunter2/x?y", "https://a.example/p;token=***")]
    [TestCase("(see http://a.example/?q=hunter2) and http://b.example/", "(see http://a.example/ and http://b.example/")]
    [TestCase("password=hunter2", "password=***")]
    [TestCase("Password : 'hunter2' is wrong", "Password : '***' is wrong")]
    [TestCase("Server=db;Pwd=hunter2;User=sa", "Server=db;Pwd=***;User=sa")]
    [TestCase("""{"api_key": "hunter2", "n": 1}""", """{"api_key": "***", "n": 1}""")]
    [TestCase("""{"password":"two words hunter2","n":1}""", """{"password":"***","n":1}""")]
    [TestCase("""{"password":"a \" hunter2","n":1}""", """{"password":"***","n":1}""")]
    [TestCase("""{\"password\":\"two hunter2\",\"n\":1}""", """{\"password\":\"***\",\"n\":1}""")]
    [TestCase("Authorization: Bearer hunter2", "Authorization: Bearer ***")]
    [TestCase("Authorization: Token hunter2\nAccept: *", "Authorization: ***\nAccept: *")]
    [TestCase("Cookie: a=1; session=hunter2\r\nHost: b", "Cookie: ***\r\nHost: b")]
    [TestCase("sent bearer hunter2 along", "sent bearer *** along")]
    [TestCase("password", "password")]
    [TestCase("password=", "password=")]
    [TestCase("the password is unknown", "the password is unknown")]
    [TestCase("token://host/x?hunter2", "token://host/x")]
    public void A_text_is_redacted(string text, string expected)
    {
        Assert.That(Redactor.Standard.Text(text), Is.EqualTo(expected));
        Assert.That(Redactor.Standard.Text(expected), Is.EqualTo(expected), "once is enough");
    }

    [Test]
    public void A_text_with_nothing_to_hide_is_the_same_object(
        [Values("", "plain", "https://a.example/x", "password unknown")] string text
    ) => Assert.That(Redactor.Standard.Text(text), Is.SameAs(text));

    [TestCase("Password", true)]
    [TestCase("client_secret", true)]
    [TestCase("X-Api-Key", true)]
    [TestCase("ConnectionStrings:Main", true)]
    [TestCase("aws.accessKeyId", true)]
    [TestCase("Set-Cookie", true)]
    [TestCase("key", false)]
    [TestCase("pipeline.name", false)]
    [TestCase("", false)]
    public void A_key_names_a_secret_or_not(string key, bool expected) =>
        Assert.That(Redactor.Standard.IsSecretKey(key), Is.EqualTo(expected));

    [Test]
    public void What_a_key_is_does_not_depend_on_the_keys_that_were_asked_before()
    {
        var redactor = new Redactor([], null);
        var keys = Enumerable
            .Range(0, 5_000)
            .Select(static n => n % 3 == 0 ? $"password.{n}" : $"plain.{n}")
            .Append(new string('x', 1_000))
            .ToList();
        for (var round = 0; round < 3; round++)
            Assert.That(keys.Select(redactor.IsSecretKey), Is.EqualTo(keys.Select(static k => k.StartsWith('p') && k[1] == 'a')));
    }

    [TestCase("http://a.example:8080/x/y.pdf")]
    [TestCase("http://token.example:80")]
    [TestCase("http://a.example/x:y")]
    public void A_plain_address_is_the_same_object(string text) => Assert.That(Redactor.Standard.Text(text), Is.SameAs(text));

    [Test]
    public void More_words_can_be_secret()
    {
        var redactor = new Redactor(["iban"], null);
        Assert.That(redactor.Text("IBAN=hunter2"), Is.EqualTo("IBAN=***"));
        Assert.That(Redactor.Standard.Text("IBAN=hunter2"), Is.EqualTo("IBAN=hunter2"));
    }

    [Test]
    public void Paths_can_be_hashed_with_a_key()
    {
        var (one, same, other) = (new Redactor([], [1, 2, 3]), new Redactor([], [1, 2, 3]), new Redactor([], [9]));
        var text = "https://a.example/people/" + Secret + "?q=1 and https://a.example/";
        var hashed = one.Text(text);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(hashed, Does.Match("^https://a.example/[0-9a-f]{32} and https://a.example/$"));
            Assert.That(same.Text(text), Is.EqualTo(hashed));
            Assert.That(other.Text(text), Is.Not.EqualTo(hashed));
        }
    }

    // whatever surrounds it, a secret in one of the forms is not in the result
    [Test]
    public void A_planted_secret_is_never_left()
    {
        string[] forms =
        [
            "password=@",
            "ApiKey: @",
            "\"client_secret\":\"@ and more\"",
            "\\\"token\\\": \\\"@\\\"",
            "Authorization: Bearer @",
            "https://user:@@host.example/path".Replace("@@", "@\u0001", StringComparison.Ordinal),
            "https://host.example/a?b=@",
            "https://host.example/a#@",
            "AccountKey=@;EndpointSuffix=core",
        ];
        string[] noise =
        [
            "",
            " ",
            "a",
            "/",
            "?",
            "=",
            ":",
            "\"",
            "'",
            "\\",
            "\n",
            "://",
            "http://",
            "password",
            "password=",
            "token:",
            "bearer ",
            "Basic ",
            "secret",
            "\u00e9\ud83d\ude00",
            "{",
            "}",
            ",",
            ";",
            "&",
            "@",
        ];
        var texts =
            from before in Gen.ArrayOf(Gen.Elements(noise), 6)
            from form in Gen.Elements(forms)
            from after in Gen.ArrayOf(Gen.Elements(noise), 6)
            // what comes before ends with a space or line, so that the form stands for itself
            select string.Concat(before).Replace("\"", "", StringComparison.Ordinal)
                + "\n"
                + form.Replace("@", Secret, StringComparison.Ordinal).Replace('\u0001', '@')
                + " "
                + string.Concat(after);
        Prop.ForAll(texts.ToArbitrary(), static t => !Redactor.Standard.Text(t).Contains(Secret, StringComparison.Ordinal))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
    }

    [Test]
    public void Redaction_is_idempotent_and_never_throws()
    {
        Prop.ForAll(
                ArbMap.Default.ArbFor<string>(),
                static t =>
                {
                    var once = Redactor.Standard.Text(t ?? "");
                    return Redactor.Standard.Text(once) == once;
                }
            )
            .Check(Config.QuickThrowOnFailure);
    }

    // in quadratic time these would take hours; no clock is needed to notice
    [TestCase("://")]
    [TestCase("http://")]
    [TestCase("http://a@")]
    [TestCase("http://a/token=b/")]
    [TestCase("password")]
    [TestCase("password=")]
    [TestCase("password ")]
    [TestCase("password=\"")]
    [TestCase("password=\\\"")]
    [TestCase("token:\\")]
    [TestCase("Bearer ")]
    [TestCase("authorization: ")]
    [TestCase("\"")]
    public void Ten_megabytes_of_malice_are_no_problem(string unit)
    {
        var text = new StringBuilder().Insert(0, unit, 10_000_000 / unit.Length).ToString();
        Assert.That(Redactor.Standard.Text(text).Length, Is.LessThanOrEqualTo(text.Length * 4));
    }
}
