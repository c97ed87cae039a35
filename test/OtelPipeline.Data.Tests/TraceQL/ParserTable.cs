namespace OtelPipeline.Data.Tests.TraceQL;

internal static class ParserTable
{
    public const string Valid = """
        { }
        {}
        { true }
        { !true }
        { true && false || true }
        { 1 >= 2 }
        { -1 = 2 }
        { "a" !~ "b" }
        { .a }
        { !.a }
        { .a || true }
        { -.a = 2 }
        { span.a != 3.0 }
        { !("test" != .c || ((true && .b) || 3 < .a)) }
        { status = unset }
        { statusMessage =~ ".*" }
        { kind = consumer }
        { traceDuration > 1s }
        { rootServiceName = "foo" && rootName != "foo" }
        { 1 < 1h }
        { 1 <= 1.1 }
        { event.foo = "bar" && link.foo = "bar" && instrumentation.foo = "bar" }
        { ."foo bar" = "v" }
        { resource."foo\" = \"bar" = "v" }
        { .a\b = "v" }
        { .foo."a b".c = 1 }
        { .foo-bar/baz+1 = 1 }
        { .a="b"&&.c=`d` }
        { span:name="a"||span: name = "b" }
        { trace:duration > 2s && trace:rootName = "a" && trace:rootService = "a" && trace:id = "aasdf4ergf" }
        { span:statusMessage = "x" && span:id = "61" && span:parentID = "8" && span:childCount > 2 }
        { event:name = "exception" && event:timeSinceStart > 1s }
        { link:traceID = "f1" && link:spanID = "f1" }
        { instrumentation:name = "grpc" && instrumentation:version = "v3.34" }
        { 1 + 1 = 2 && 1 - 1 = 2 && 1 * 1 = 2 && 1 / 1 = 2 && 1 ^ 1 = 2 && 5 % 2 = 1 }
        { .a + 1 = 2 && .a ^ 1 = 2 }
        { duration > 1s * 2s }
        { duration < (10s * 20s) }
        { 1 * 1h = 1 }
        { .http.status >= "200" }
        { true } && { true } || { true }
        { true } >> { true } << { true } > { true } < { true } ~ { true }
        { true } !> { true } !< { true } !~ { true } !>> { true } !<< { true }
        { true } &> { true } &< { true } &~ { true } &>> { true } &<< { true }
        ({ true } | count() > 1 | { false }) >> ({ true } | count() > 1 | { false })
        ({ true } | count() > 1) && ({ true } | count() > 1)
        (({ .a }))
        ({ .a } | count() > 1) && ({ .b })
        ({ .a } | count() > 1) && ({ .b }) > ({ .c })
        (by(.a)) && ({ .b } | count() > 1) || (count() > 1)
        (({ .a } | count() > 1) && ({ .a } | count() > 1)) >> ({ .a } | count() > 1)
        (({ .a } | count() > 1))
        (({ .a } | rate()))
        { instrumentation:name = 3 }
        { instrumentation:version } | sum(instrumentation:name) > 1
        avg(.field) > 1
        max(duration) >= 1s
        max(duration) > 1
        { true } | max(1 + .a) = 1
        { true } | max((1 + .a) * 2) = 1
        max(duration) > 3s | { status = error || .http.status = 500 }
        min(span:childCount) < 2 / 6
        avg(.field) > 1 - 3
        min(.field) < max(duration)
        min(.field) + max(.field) > 1
        max(1 - (2 + .field)) < avg(3 * duration ^ 2)
        { true } | count() + count() = 1
        select(.a)
        {} | select(.a,.b,.c)
        { true } | by(1 + .a) | coalesce()
        by(.a) | { true }
        { true } | by(3 * .field - 2) | max(duration) < 1s
        {} | rate()
        {} | count_over_time() by (name)
        {} | min_over_time(duration) by (span.http.path)
        {} | max_over_time(duration)
        {} | avg_over_time(.a) by (name, kind, resource.b)
        {} | sum_over_time(duration)
        {} | quantile_over_time(duration, 0, 0.9, 1) by (span.http.path)
        {} | histogram_over_time(duration) by (name)
        {} | rate() > 10
        {} | rate() by (span.client_ip) >= 5.5
        {} | rate() > -3
        ({} | max_over_time(duration)) > 10s
        ({} | rate()) + ({} | count_over_time())
        (({} | rate()) * ({} | count_over_time())) - ({} | rate())
        ({} | rate()) * 100
        1 / ({} | rate())
        1 + 2 + ({} | rate())
        ({} | rate()) - 3 * 2
        (1 / 2) + ({} | rate())
        ({} | rate()) * -100
        -5.5 + ({} | rate())
        (60 * ({} | rate())) / ({} | count_over_time())
        ({} | rate() > 6) * 100 > 5
        ({} | rate()) > 1 / 2
        -2 - 20 / ({} | rate())
        5 + ({} | rate()) * 10
        {} | rate() > 1 < 5
        { nil != nil }
        { nil = nil }
        { .foo != nil && nil = .bar }
        { name != nil }
        { minInt < .a && .a < maxInt }
        """;

    public const string Invalid = """
        true
        [ true ]
        ( true )
        { . }
        { < }
        { .a < }
        { .a < 3
        { (.a < 3 }
        { attribute = 4 }
        { .attribute == 4 }
        { span. }
        { "abc }
        { `abc }
        { .a = 1 /* no end }
        { .a = 1e }
        { true } + { true }
        { true } ^ { true }
        { true } = { true }
        { true } <= { true }
        max(name) = "foo"
        avg("foo") = "bar"
        max(status) = ok
        max(duration) < ok
        min(1) = "foo"
        min(parent) = nil
        avg(span:childCount) > "foo"
        avg(.field) + 1
        sum(3) - 2
        min(span:childCount) && 2
        select(.a
        select()
        select(1 + "string")
        coalesce() | { true }
        count() > 3 && { true }
        { true } | count()
        { true } | notAnAggregate() = 1
        { true } | count = 1
        { true } | max() = 1
        { true } | by()
        { true } | name
        ({ true }) + (count()) = 1
        ({ true }) && (count())
        ({ true } | count()) && ({ true } | count()) = 1
        ({ .a }) && ({ .b } | count() > 1)
        { .a } && ({ .b } | count() > 1)
        ({ .a } | count() > 1) && { .b }
        ({ .a } | count() > 1) && ({ .b } || { .c } > ({ .d } | { .e }))
        ({ .a } | count() > 1) | count() > 2
        { .a } | ({ .b } | count() > 1)
        ({ .a } | count() > 1) | rate()
        (({ .a } | by(name)) | rate())
        ((({ .a } | by(name)) && (count() > 1)) | rate())
        ({ true }) + ({ true }) = 1
        ({ true } | count()) + ({ true } | count())
        ({ true } | count()) + ({ true } | count()) = 1
        ({ .a } | count()) > ({ .b } | count())
        5 + {} | rate()
        {} | rate() + 5
        {} | rate() == 42
        2 * 3
        3 = 2
        ({} | rate()) % 10
        { .foo = "a" } | 3 > 2
        ({} | rate()) + 5 100
        (by(.a) | count()) > 2 * 2
        2 < (by(.a) | count())
        { trace:kind = server }
        { trace:rootServiceName = "a" }
        { span:rootName = "bar" }
        { resource:name = "bar" }
        {} > 10
        ({}) + ({})
        {} | rate() + {} | count_over_time()
        ({} | rate()) ^ ({} | count_over_time())
        ({} | rate()) >> ({} | count_over_time())
        ({} | rate()) * 100000000000000000000000000000
        ({} | rate()) > (10s * 2)
        ({} | rate()) * 10s
        1 / 0 + ({} | rate())
        {} | rate() | { true }
        {} | quantile_over_time(duration)
        {} | quantile_over_time(duration, 2)
        {} | rate(duration)
        {} | min_over_time()
        rate()
        { status }
        { ok }
        { 1.1 }
        { 1h }
        { "foo" }
        { 1 + 1 }
        { 1 + "foo" = 1 }
        { 1 - true = 1 }
        { 1 / ok = 1 }
        { 1 / 0 = 1 }
        { 1 ^ name = 1 }
        { 1 != true }
        { 1 > ok }
        { 1 =~ 2}
        { .a =~ .b }
        { 1 && "foo" }
        { true || 1.1 }
        { status > ok }
        { kind < consumer }
        { traceDuration > "test" }
        { rootName != 3.2 }
        { "foo" = span:childCount }
        { nil = span:status }
        { resource.service.name = nil }
        { nil > .a }
        { nil }
        { span.foo !~ "[" }
        { span.foo =~ "a(?=b)" }
        { span.foo =~ "(a)\\1" }
        { span:id > "a" }
        { trace:id =~ "a.*" }
        { -true }
        { -"foo" = "bar" }
        { -name = "foo" }
        { !"foo" = "bar" }
        { !name = "foo" }
        { !1 = 1 }
        min(1 = 3) = 1
        sum(3) = 2
        min(2h) < max(duration)
        max(1h + 2h) > 1
        { true } | by(1)
        { true } | by("foo")
        { .a = "\q" }
        { .a = "\400" }
        { .a = "\ud800" }
        { ."a\b" = 1 }
        { ."a }
        """;

    public const string Unsupported = """
        { parent } => parent
        { parent.a != 3 } => parent
        { parent.resource.a && true } => parent
        { parent.span.a > 3 } => parent
        { true } | max(parent.a) = 1 => parent
        { nestedSetLeft > 3 } => nestedSetLeft
        { nestedSetParent < 0 } => nestedSetParent
        { } >> { kind = server } | select(nestedSetRight) => nestedSetRight
        {} | compare({status=error}) => compare()
        {} | compare({status=error}, 10, 1, 2) => compare()
        {} | rate() | topk(10) => topk()
        {} | rate() > 1 | bottomk(10) => bottomk()
        {} | topk(10) => topk()
        ({} | rate()) + ({} | rate()) | topk(5) => topk()
        {} | count_over_time() by (name) with(sample=0.1) => with
        { true } with (most_recent=true) => with
        """;
}
