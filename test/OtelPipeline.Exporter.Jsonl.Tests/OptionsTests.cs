using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace OtelPipeline.Exporter.Jsonl.Tests;

public sealed class OptionsTests
{
    private static JsonlExporterOptions Bind(params (string Key, string? Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(item => KeyValuePair.Create("OtelPipeline:Jsonl:" + item.Key, item.Value)))
            .Build();
        var options = new JsonlExporterOptions();
        new JsonlExporterOptionsSetup(configuration).Configure(options);
        return options;
    }

    [Test]
    public void Every_option_binds()
    {
        var options = Bind(
            ("Directory", "d"),
            ("format", "flat"),
            ("MaxFileSize", "2000000"),
            ("MaxFileAge", "00:10:00"),
            ("RetainFiles", "3"),
            ("RetainAge", "7.00:00:00"),
            ("RetainTotalSize", "50000000"),
            ("Durability", "fsync"),
            ("Compression", "Gzip")
        );
        Assert.Multiple(() =>
        {
            Assert.That(options.Directory, Is.EqualTo("d"));
            Assert.That(options.Format, Is.EqualTo(JsonlFormat.Flat));
            Assert.That(options.MaxFileSize, Is.EqualTo(2_000_000));
            Assert.That(options.MaxFileAge, Is.EqualTo(TimeSpan.FromMinutes(10)));
            Assert.That(options.RetainFiles, Is.EqualTo(3));
            Assert.That(options.RetainAge, Is.EqualTo(TimeSpan.FromDays(7)));
            Assert.That(options.RetainTotalSize, Is.EqualTo(50_000_000));
            Assert.That(options.Durability, Is.EqualTo(JsonlDurability.Fsync));
            Assert.That(options.Compression, Is.EqualTo(JsonlCompression.Gzip));
        });
        var names = typeof(JsonlExporterOptions).GetProperties().Select(property => property.Name);
        Assert.That(names.Count(), Is.EqualTo(9), "an option that is new needs a line above");
    }

    [TestCase("Format", "Xml", "Otlp, Flat")]
    [TestCase("Format", "7", "Otlp, Flat")]
    [TestCase("Durability", "Always", "OS, Fsync")]
    [TestCase("Compression", "lz4", "None, Gzip, Zstd")]
    [TestCase("MaxFileSize", "10 MB", "a whole number")]
    [TestCase("RetainTotalSize", "1e9", "a whole number")]
    [TestCase("MaxFileAge", "an hour", "a time such as 00:00:05")]
    [TestCase("RetainAge", "a week", "a time such as 00:00:05")]
    [TestCase("RetainFiles", "ten", "a whole number")]
    public void A_value_that_is_not_understood_is_named_with_its_remedy(string key, string value, string remedy)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Bind((key, value)));
        Assert.That(failure!.Message, Does.Contain("OtelPipeline:Jsonl:" + key).And.Contain($"'{value}'").And.Contain(remedy));
    }

    [Test]
    public void A_key_that_is_not_known_is_named_with_those_that_are()
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Bind(("Retain", "5")));
        Assert.That(
            failure!.Message,
            Does.Contain("OtelPipeline:Jsonl:Retain'").And.Contain("correct its name").And.Contain("RetainFiles")
        );
    }

    [Test]
    public void Options_of_a_name_are_those_of_all_and_then_their_own()
    {
        (string, string?)[] settings =
        [
            ("OtelPipeline:Jsonl:MaxFileSize", "2000000"),
            ("OtelPipeline:Jsonl:RetainFiles", "3"),
            ("OtelPipeline:Jsonl:archive:RetainFiles", "500"),
            ("OtelPipeline:Jsonl:archive:RetainAge", "30.00:00:00"),
            ("OtelPipeline:Jsonl:broken:RetainFile", "1"),
        ];
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(item => KeyValuePair.Create(item.Item1, item.Item2)))
            .Build();
        var setup = new JsonlExporterOptionsSetup(configuration);
        var all = new JsonlExporterOptions();
        var archive = new JsonlExporterOptions();
        setup.Configure(all);
        setup.Configure("archive", archive);
        Assert.That((all.MaxFileSize, all.RetainFiles, all.RetainAge), Is.EqualTo((2_000_000, 3, (TimeSpan?)null)));
        Assert.That((archive.MaxFileSize, archive.RetainFiles, archive.RetainAge), Is.EqualTo((2_000_000, 500, TimeSpan.FromDays(30))));
        var failure = Assert.Throws<OptionsValidationException>(() => setup.Configure("broken", new JsonlExporterOptions()));
        Assert.That(failure!.Message, Does.Contain("OtelPipeline:Jsonl:broken:RetainFile'"));
    }

    [Test]
    public void Every_range_is_checked()
    {
        var options = new JsonlExporterOptions
        {
            Directory = "",
            Format = (JsonlFormat)9,
            MaxFileSize = 999_999,
            MaxFileAge = TimeSpan.Zero,
            RetainFiles = 0,
            RetainAge = TimeSpan.FromSeconds(-1),
            RetainTotalSize = 5,
            Durability = (JsonlDurability)9,
            Compression = (JsonlCompression)9,
        };
        var result = new JsonlExporterOptionsValidator().Validate(null, options);
        Assert.That(result.Failures!.Count(), Is.EqualTo(9));
        Assert.That(new JsonlExporterOptionsValidator().Validate(null, new JsonlExporterOptions()).Succeeded, Is.True);
    }
}
