using System.Numerics;

namespace OtelPipeline.Data.TraceQL;

/// <summary>
/// Which values of the attributes of one scope Tempo's storage gives to the query: those that a condition of the same type accepts, whatever
/// attribute the condition names. An attribute whose value is not given is there, but nil.
/// </summary>
internal sealed class FetchScope
{
    private readonly List<ValueTest> _tests = [];
    private bool _everyValue;

    public HashSet<string> Keys { get; } = new(StringComparer.Ordinal);

    public List<string> Absent { get; } = [];

    /// <summary>The attributes of <see cref="Keys"/> in this scope.</summary>
    public FieldReference[] KeyFields { get; private set; } = [];

    /// <summary>The attributes of <see cref="Absent"/> in this scope.</summary>
    public FieldReference[] AbsentFields { get; private set; } = [];

    public List<FetchCondition> Intrinsics { get; } = [];

    /// <summary>How many different fields are asked for.</summary>
    public int Distinct { get; private set; }

    public bool IsEmpty => Distinct == 0;

    /// <summary>Whether attributes without a value that is given count as not there: so when all conditions must hold and are of one type.</summary>
    public bool Strict { get; private set; }

    public static FetchScope Of(FieldScope scope, FetchConditions conditions, bool all, bool ofTrace = false)
    {
        var result = new FetchScope();
        var intrinsics = 0u;
        foreach (var condition in conditions.Items)
        {
            var (field, test, absent) = condition;
            if (field.IsIntrinsic)
            {
                if (field.Scope == scope && IsOfTrace(field.Intrinsic) == ofTrace)
                {
                    result.Intrinsics.Add(condition);
                    intrinsics |= 1u << (int)field.Intrinsic;
                }

                continue;
            }

            if (ofTrace || field.Scope != scope && !(field.Scope == FieldScope.None && scope is FieldScope.Span or FieldScope.Resource))
                continue;
            if (absent)
            {
                result.Absent.Add(field.Name);
                continue;
            }

            result.Keys.Add(field.Name);
            if (test is null)
                result._everyValue = true;
            else
                result._tests.Add(test);
        }

        result.KeyFields = [.. result.Keys.Select(key => new FieldReference(scope, Intrinsic.None, key))];
        result.AbsentFields = [.. result.Absent.Select(key => new FieldReference(scope, Intrinsic.None, key))];
        result.Distinct = result.Keys.Union(result.Absent).Count() + BitOperations.PopCount(intrinsics);
        result.Strict =
            all
            && !result._everyValue
            && result._tests.Count > 0
            && result._tests.TrueForAll(test => test.Literal.Type == result._tests[0].Literal.Type);
        return result;
    }

    public static bool IsOfTrace(Intrinsic intrinsic) =>
        intrinsic is Intrinsic.TraceId or Intrinsic.TraceDuration or Intrinsic.RootName or Intrinsic.RootService;

    /// <summary>The value as the query sees it: nil when no condition accepts it; of an array the elements that some condition accepts.</summary>
    public FieldValue Visible(in FieldValue value)
    {
        if (_everyValue || value.IsNil)
            return value;
        if (!value.Type.IsArray())
            return Accepts(value) ? value : default;
        var elements = new List<FieldValue>();
        for (var i = 0; i < value.Length; i++)
        {
            var element = value.ElementAt(i);
            if (Accepts(element))
                elements.Add(element);
        }

        return elements.Count == value.Length ? value : FieldValue.OfElements(value.Type.Element(), elements);
    }

    /// <summary>Whether what the query sees of a value satisfies a comparison; without making an array of the elements that it sees.</summary>
    public bool Test(in FieldValue value, ValueTest test)
    {
        if (_everyValue || !value.Type.IsArray())
            return test.Test(Visible(value));
        var all = test.Operator is Operator.NotEqual or Operator.NotRegex;
        var any = false;
        for (var i = 0; i < value.Length; i++)
        {
            var element = value.ElementAt(i);
            if (!Accepts(element))
                continue;
            any = true;
            if (test.Test(element) != all)
                return !all;
        }

        return any && all;
    }

    /// <summary>An intrinsic as the query sees it.</summary>
    public FieldValue Visible(Intrinsic intrinsic, in FieldValue value)
    {
        foreach (var (candidate, test, _) in Intrinsics)
        {
            if (candidate.Intrinsic == intrinsic && (test is null || test.Test(value)))
                return value;
        }

        return default;
    }

    private bool Accepts(in FieldValue value)
    {
        foreach (var test in _tests)
        {
            // a duration, a status or a kind is the type of no attribute
            if (test.Literal.Type == value.Type && test.Test(value))
                return true;
        }

        return false;
    }
}
